import { CommandError, runCommand } from './run-command';

describe('a command', () => {
  it('gives what it wrote to stdout, having read its input', async () => {
    const echo = 'process.stdin.pipe(process.stdout); process.stderr.write("aside")';
    expect(await runCommand(process.execPath, ['-e', echo], { input: 'text' })).toBe('text');
  });

  it('that fails says how, with what it wrote last', async () => {
    const failing = runCommand(process.execPath, ['-e', 'console.error("no room"); process.exitCode = 3']);
    await expect(failing).rejects.toThrow(/ended with code 3\nno room$/);
    await expect(failing).rejects.toThrow(CommandError);
  });

  it('that is not installed is named', async () => {
    await expect(runCommand('no-such-program-here', [])).rejects.toThrow('no-such-program-here is not installed');
  });
});
