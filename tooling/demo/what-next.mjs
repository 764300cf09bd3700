// What can be typed while the demo goes on.

const commands = ({ columns: [{ id, listen }], http }) => `
  node apps/cli/bin/taxinav.js send say --to ${listen} --number 0671234561 --text "Машина подана"
  node apps/cli/bin/taxinav.js send dial --to ${listen} --tel 0671234567
  node apps/cli/bin/taxinav.js send conference --to ${listen} --tel1 0501234560 --tel2 0671234567
  node apps/cli/bin/taxinav.js simulate call --http http://${http} --caller-id 0675040279 --column ${id}
  node apps/cli/bin/taxinav.js notifications list --http http://${http}
  curl http://${http}/health/ready`;

const DIGITS = `0, 1 answers; 2 busy; 3 never answers; 4 unreachable; 5 no such
number; 6 no free line; 7 answers and hangs up; 8 answers after 3 s; 9 answers and presses 1.`;

export const afterTheSimulation = (readiness, folder) => `
The bridge runs, and Taxi Navigator is played beside it. In another terminal, at the root of this workspace:
${commands(readiness)}

The last digit of a number decides what its simulated phone does: ${DIGITS} A dashboard does not exist yet.
The same on a real Asterisk: npm start -- --asterisk
Configuration and database: ${folder}   Ctrl-C stops both.
`;

export const afterAsterisk = (readiness, { configuration, heardFolder, console }) => `
The bridge runs on a real Asterisk, and Taxi Navigator is played beside it. In another terminal, at the root of this workspace:
${commands(readiness)}
  node apps/cli/bin/taxinav.js doctor --config ${configuration}
  node apps/cli/bin/taxinav.js say "Вас чекає АА1234ВВ" --out said.wav --config ${configuration}
  ${console} 'core show channels'

The last digit of a number decides what its phone in the test PBX does: ${DIGITS}
What a phone that ends in 0 or 1 heard last: ${heardFolder}/NUMBER.wav   Ctrl-C stops all three.
`;
