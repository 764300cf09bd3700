export { asteriskForTests, sippForTests, type NeededForTests } from './for-tests.ts';
export { freePorts } from './free-ports.ts';
export {
  asteriskFolder,
  asteriskInstalled,
  asteriskRoot,
  installAsterisk,
  installSipp,
  sippInstalled,
  type Installation,
} from './installation.ts';
export { startAsterisk, type AsteriskStartOptions, type RunningAsterisk } from './running-asterisk.ts';
export { startSipp, type RunningSipp, type SippOptions, type SippScenario } from './running-sipp.ts';
