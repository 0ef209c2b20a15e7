package act

import (
	"fmt"
	"strconv"

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
		return flush(app)
	}, set(true, "OFF")
}

// flush brings everything to the disk. A checkpoint that has nothing to do syncs nothing, so it gets one page, which
// says what it said before; SQLite then syncs the whole file. To sync the file by a handle of one's own would end in
// closing it, and that takes every lock of the process off it.
func flush(app core.App) error {
	db := app.NonconcurrentDB()
	var version, busy, left, done int64
	if err := db.NewQuery("PRAGMA user_version").Row(&version); err != nil {
		return err
	}
	if _, err := db.NewQuery("PRAGMA user_version = " + strconv.FormatInt(version, 10)).Execute(); err != nil {
		return err
	}
	if err := db.NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Row(&busy, &left, &done); err != nil {
		return err
	}
	if busy != 0 || left != 0 {
		return fmt.Errorf("act: %d pages of the log are still in use", left-done)
	}
	return nil
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
