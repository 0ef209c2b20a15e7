package act

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pocketbase/pocketbase/core"
)

const carelessKey = "kpdk.careless"

// Careless leaves the syncing of every act to the operating system until careful is called: several times
// as fast, and a machine that loses power meanwhile loses the file. It is for what can be made again from
// nothing, as a demo can; everything is on the disk when careful returns.
func Careless(app core.App) (careful func() error, err error) {
	set := func(on bool, synchronous string) error {
		Close(app) // the next act starts a writer that follows
		app.Store().Set(carelessKey, on)
		_, err := app.NonconcurrentDB().NewQuery("PRAGMA synchronous = " + synchronous).Execute()
		return err
	}
	return func() error {
		if err := set(false, "FULL"); err != nil {
			return err
		}
		if _, err := app.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
			return err
		}
		return flush(filepath.Join(app.DataDir(), "data.db"))
	}, set(true, "OFF")
}

// flush writes a file to the disk: a checkpoint that has nothing to do syncs nothing.
func flush(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func isCareless(app core.App) bool {
	on, _ := app.Store().Get(carelessKey).(bool)
	return on
}

func synchronous(app core.App, careful string) string {
	if isCareless(app) {
		return "OFF"
	}
	return careful
}
