package demo

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/template"
)

// loginsFile is written last: a demo without it was not built to its end.
const loginsFile = "logins.json"

// What a folder holds.
type holding int

const (
	nothing    holding = iota
	unfinished         // a demo whose making was cut off
	finished           // a demo
	another            // a co-op that is no demo
)

// look tells what the app's folder holds.
func look(app core.App) (holding, error) {
	if err := app.RunAllMigrations(); err != nil {
		return nothing, err
	}
	founded, err := template.IsFounded(app)
	if err != nil || !founded {
		return nothing, err
	}
	var demo bool
	if err := act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM coop WHERE demo)").Scan(&demo); err != nil || !demo {
		return another, err
	}
	if _, err := os.Stat(filepath.Join(app.DataDir(), loginsFile)); errors.Is(err, fs.ErrNotExist) {
		return unfinished, nil
	}
	return finished, nil
}

// files are all that a demo's folder may hold; nothing else is ever removed.
var files = []string{loginsFile, "data.db", "data.db-wal", "data.db-shm", "auxiliary.db", "auxiliary.db-wal", "auxiliary.db-shm", core.LocalStorageDirName, core.LocalTempDirName}

// wipe empties a demo's folder and opens it anew.
func wipe(app core.App) error {
	act.Close(app)
	if err := app.ResetBootstrapState(); err != nil {
		return err
	}
	for _, name := range files {
		if err := os.RemoveAll(filepath.Join(app.DataDir(), name)); err != nil {
			return err
		}
	}
	if err := app.Bootstrap(); err != nil {
		return err
	}
	return app.RunAllMigrations()
}

// writeLogins leaves the logins beside the data, for the owner only.
func writeLogins(dir string, logins []Login) error {
	raw, err := json.MarshalIndent(logins, "", " ")
	if err != nil {
		return err
	}
	half := filepath.Join(dir, loginsFile+".half")
	if err := os.WriteFile(half, append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(half, filepath.Join(dir, loginsFile))
}

func readLogins(dir string) (logins []Login, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, loginsFile))
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(raw, &logins) != nil {
		return nil, fault.Bad("demo.logins_unreadable", fault.Params{"file": loginsFile})
	}
	return logins, nil
}
