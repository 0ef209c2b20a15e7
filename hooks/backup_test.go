package hooks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/archive"

	"kpdk/hooks/guard"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// A backup is taken from a server that goes on working, and leaves the files to it: another program that looks at
// the books afterwards and goes away takes nothing along, so that every act that was answered is there after a
// power cut. What is in the backup can be put back, and is in order.
func TestABackupLeavesTheBooksToTheServer(t *testing.T) {
	d := newDrill(t)
	const made = "cadangan.zip"
	ask := func(s killed) (int64, error) {
		raw, status, err := d.send(&sent{killed: s, key: ulid.New()})
		if err != nil || status >= 300 {
			return 0, fmt.Errorf("%s: %d %s %w", s.route, status, raw, err)
		}
		var a struct {
			Entry int64 `json:"entry"`
		}
		_ = json.Unmarshal(raw, &a) // a backup answers nothing
		return a.Entry, nil
	}
	var answered []int64 // entries, in the order of their answers
	save := func(t *testing.T) {
		t.Helper()
		entry, err := ask(killed{route: "POST /api/coop/savings/deposits", by: "maker", body: body(object{"member": numberOfMember(d, "budi"), "kind": "voluntary", "amount_rupiah": 50_000})})
		if err != nil || entry == 0 {
			t.Fatal(entry, err)
		}
		answered = append(answered, entry)
	}
	backup := func() error {
		_, err := ask(killed{route: "POST /api/backups", by: "manager", body: body(object{"id": "", "name": made})})
		return err
	}
	if _, err := ask(killed{route: inTreasury + "vouchers", by: "maker", file: upload("nota.png", pixel, nil)}); err != nil {
		t.Fatal(err)
	}
	save(t)
	before := d.locks()
	var failed error
	var meanwhile sync.WaitGroup
	meanwhile.Go(func() { failed = backup() })
	for range 20 {
		save(t)
	}
	if meanwhile.Wait(); failed != nil {
		t.Fatal(failed)
	}
	if after := d.locks(); !slices.Equal(before, after) {
		t.Errorf("the server held %v, and after the backup %v", before, after)
	}
	sound(t, d.dir) // another program comes and goes: this one
	for range 5 {
		save(t)
	}
	sound(t, d.dir)
	save(t)
	d.victim.kill()
	sound(t, d.dir, answered...)

	if left, err := os.Stat(filepath.Join(d.dir, guard.Unfinished)); err == nil {
		t.Errorf("%s is left", left.Name())
	}
	back := t.TempDir()
	if err := archive.Extract(filepath.Join(d.dir, core.LocalBackupsDirName, made), back); err != nil { // as PocketBase's own restoring does
		t.Fatal(err)
	}
	var names []string
	all, err := os.ReadDir(back)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		names = append(names, one.Name())
	}
	if want := []string{"auxiliary.db", "data.db", "storage"}; !slices.Equal(names, want) {
		t.Errorf("in the backup are %v, want %v", names, want)
	}
	sound(t, back, answered[0])
	sameRows(t, back, d.dir)
	if a, b := filesIn(t, back), filesIn(t, d.dir); len(a) == 0 || !maps.Equal(a, b) {
		t.Errorf("the files in the backup are %v, the co-op's %v", a, b)
	}
}

// filesIn are the stored files of a folder, with their content.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files := os.DirFS(filepath.Join(dir, core.LocalStorageDirName))
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, path)
		all[path] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sound opens a folder as another program does, finds its books in order and these entries in them, and goes away.
func sound(t *testing.T, dir string, entries ...int64) {
	t.Helper()
	app, err := testapp.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil || !report.OK {
		t.Errorf("%s: %+v %v", dir, report, err)
	}
	for _, entry := range entries {
		var there bool
		if err := act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM seals WHERE seq = ?)", entry).Scan(&there); err != nil || !there {
			t.Errorf("entry %d was answered and is gone (%v)", entry, err)
		}
	}
	act.Close(app)
	if err := app.ResetBootstrapState(); err != nil {
		t.Error(err)
	}
}

// sameRows looks that what was in the books at a backup is in it to the byte and with the same row numbers, by which
// the dashboard sorts.
func sameRows(t *testing.T, copied, from string) {
	t.Helper()
	rows := func(dir string) (said []string) {
		app, err := testapp.OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { act.Close(app); _ = app.ResetBootstrapState() }() // the folder goes with the test
		for _, query := range []string{"SELECT concat_ws(' ', rowid, id, number, created) FROM members ORDER BY rowid", "SELECT concat_ws(' ', name, sql) FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
			"SELECT concat_ws(' ', seq, hex(hash)) FROM seals WHERE seq = 1", "SELECT concat_ws(' ', page_size, auto_vacuum) FROM pragma_page_size, pragma_auto_vacuum"} {
			if err := act.Each(act.Read(app), query, nil, func(row act.Scanner) error {
				var one string
				err := row.Scan(&one)
				said = append(said, one)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		return said
	}
	if a, b := rows(copied), rows(from); !slices.Equal(a, b) {
		t.Errorf("the backup has %.2000v, the books %.2000v", a, b)
	}
}

// locks are those that the server holds when it has answered.
func (d *drilling) locks() []string {
	return testapp.Locks(d.t, d.victim.process.Process.Pid, d.dir)
}
