/** Words that say that a database file itself is broken, in what the store and SQLite say. */
const DAMAGED = /is damaged|SQLITE_CORRUPT|SQLITE_NOTADB|not sound|malformed/;

/** What to do with a damaged database, step by step; nothing for any other trouble. */
export function runbook(trouble: string, shown: string): readonly string[] {
  if (!DAMAGED.test(trouble)) return [];
  const path = shown.replace(/^sqlite:/, '');
  return [
    'What to do with a damaged database:',
    '  1. Stop the bridge (systemctl stop taxinav-bridge). Let nothing open the file until it is copied.',
    `  2. Copy it with what lies beside it: cp -a ${path} ${path}-wal /somewhere/else/ (the -wal may hold the newest statuses).`,
    '  3. Look at the disk and the kernel log (dmesg, smartctl -a): a database does not break by itself.',
    `  4. Restore the newest backup: taxinav db restore BACKUP --database ${shown} (the damaged file is kept aside).`,
    '     Without a backup: sqlite3 DAMAGED .recover | sqlite3 NEW, then taxinav db verify --database sqlite:NEW.',
    '  5. taxinav db verify, then start the bridge. What was accepted after the backup is in its log by GUID, and Taxi Navigator can send it again.',
  ];
}
