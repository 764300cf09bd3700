export type { Ability, LastDigit, Scenario, ScenarioBench } from './bench.ts';
export { runScenario, SCENARIOS } from './suite.ts';
