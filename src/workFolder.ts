/**
 * Where a notebook's cells work. Notebooks read and write beside themselves (`data.csv`, `../raw/x.csv`,
 * `out.png`), but the workspace is read-only. So the folders from the workspace's root down to the notebook's are
 * made again below `/outputs`, with a link to everything else that lies in them: reading goes to the workspace,
 * new files stay in `/outputs` and become artifacts. What exists cannot be overwritten.
 */
import { OUTPUTS, WORKSPACE } from './container/policy.ts';
import type { Kernel } from './kernel/kernel.ts';

/** At most this many entries of one folder are linked. */
const MAX_ENTRIES = 5000;

/**
 * Enters the folder by an unseen cell. Null, or why it could not: the notebook still runs.
 * @param folder container path of the notebook's folder; null: it is not mounted, and the root is entered.
 * @throws Failure when the sandbox is lost.
 */
export async function enterWorkFolder(kernel: Kernel, folder: string | null): Promise<string | null> {
  const parts = folder === null ? [] : folder.slice(WORKSPACE.length).split('/').filter(Boolean);
  let problem = '';
  const result = await kernel.execute(
    { language: 'python', code: entering(parts), timeoutMs: 60_000, outputLimitBytes: 1024 * 1024 },
    (output) => {
      if (output.output_type === 'error') problem = `${output.ename}: ${output.evalue}`;
    },
  );
  return result.status === 'ok' ? null : `The notebook's folder could not be entered: ${problem}`;
}

/**
 * Python that prepares and enters the folder, and leaves no name, no history and no execution count behind.
 * @param parts names of the folders from the workspace's root to the notebook's; data, not code.
 */
function entering(parts: readonly string[]): string {
  const data = Buffer.from(JSON.stringify(parts), 'utf8').toString('base64');
  return `def _prepare():
    import base64, itertools, json, os
    parts = json.loads(base64.b64decode("${data}"))
    source, target = "${WORKSPACE}", "${OUTPUTS}"
    for part in [*parts, None]:
        if os.path.isdir(source):
            with os.scandir(source) as entries:
                for entry in itertools.islice(entries, ${MAX_ENTRIES}):
                    if entry.name != part and not os.path.lexists(os.path.join(target, entry.name)):
                        os.symlink(entry.path, os.path.join(target, entry.name))
        if part is not None:
            source, target = os.path.join(source, part), os.path.join(target, part)
            os.makedirs(target, exist_ok=True)
    os.chdir(target)
    shell = get_ipython()
    history = shell.history_manager
    history.reset(new_session=False)
    for inputs in (history.input_hist_parsed, history.input_hist_raw):
        inputs[:] = [""]
    history._i00 = history._i = history._ii = history._iii = ""
    shell.user_ns.pop("_i1", None)
    shell.execution_count -= 1
try:
    _prepare()
finally:
    del _prepare
`;
}
