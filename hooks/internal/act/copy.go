package act

import (
	"github.com/pocketbase/dbx"
)

// Copy writes a database, as it stands at one moment, into a file that is not there yet. It reads as any reader does:
// acts go on meanwhile, and nobody but SQLite opens the database's own files. Whatever else opened and closed one of
// them would take off it every lock that this process holds (POSIX drops a process's locks on a file when any of its
// descriptors of that file is closed), and the next program to look at the books would take their log for left over
// and delete it: acts that were answered since would be lost with the process.
//
// What was deleted is not in the copy, which holds the rows and not the pages.
func Copy(db dbx.Builder, path string) error {
	_, err := db.NewQuery("VACUUM INTO {:path}").Bind(dbx.Params{"path": path}).Execute()
	return err
}
