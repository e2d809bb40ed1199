// Evaluates AWS calls with an IAM engine that is not ours: reads a list of simulations from stdin,
// writes for each `true` (allowed), `false` (denied) or the engine's errors.
import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';

const answers = [];
for (const simulation of JSON.parse(readFileSync(0, 'utf8'))) {
    const result = await runSimulation(simulation, {});
    answers.push(result.resultType === 'error' ? result.errors : result.overallResult === 'Allowed');
}
process.stdout.write(JSON.stringify(answers));
