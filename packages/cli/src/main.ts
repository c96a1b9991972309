#!/usr/bin/env node
import { runCli } from './run-cli';

const terminal = { out: (text: string) => process.stdout.write(text), err: (text: string) => process.stderr.write(text) };

void runCli(process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
