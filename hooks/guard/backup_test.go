package guard_test

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/member"
)

// A copy of everything leaves as a file: every member reads that a manager took it along, when it was there and theirs
// to take.
func TestWhoTakesABackupAlongIsWrittenDown(t *testing.T) {
	s := serve(t)
	boss, rani := s.app.Manager(), s.app.Member("Rani")
	files, err := s.app.NewBackupsFilesystem()
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	if err := files.Upload([]byte("PK"), "cadangan.zip"); err != nil {
		t.Fatal(err)
	}
	token := func(who *core.Record) string {
		text, err := who.NewFileToken()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for path, status := range map[string]int{"cadangan.zip": 403, "cadangan.zip?token=" + token(rani): 403, "lain.zip?token=" + token(boss): 404} {
		if a := s.ask(t, "GET", "/api/backups/"+path, nil, nil); a.Status != status {
			t.Errorf("%.12s: %d, want %d", path, a.Status, status)
		}
	}
	if a := s.ask(t, "GET", "/api/backups/cadangan.zip?token="+token(boss), nil, nil); a.Status != 200 || string(a.Raw) != "PK" {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	page, err := member.SightingsOf(act.Read(s.app), int64(rani.GetInt("number")), 0, 40, true, false)
	if err != nil || len(page.Sightings) != 1 || page.Sightings[0].Action != "exported" || page.Sightings[0].Via != "backup" || page.Sightings[0].Role != act.Manager {
		t.Errorf("%+v %v", page, err)
	}
}
