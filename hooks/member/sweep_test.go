package member_test

import (
	"context"
	"testing"
	"time"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// A file that no record names goes; one that a record names stays, and one that may still be on its way.
func TestFilesWithoutARecordAreSwept(t *testing.T) {
	app := testapp.New(t)
	photos(t, app)
	rani := app.Member("Rani")
	must[member.PhotoKept](t)(member.KeepPhoto(context.Background(), app, ulid.New(), testapp.By(rani), int64(rani.GetInt("number")), asJPEG(t, quarters(360, 480))))
	files, err := app.NewFilesystem()
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	r := onlyRecord(t, app, "member_photos")
	named, lost, replaced := r.BaseFilesPath()+"/"+r.GetString("file"), r.Collection().BaseFilesPath()+"/xxxxxxxxxxxxxxx/foto_1.jpg", r.BaseFilesPath()+"/foto_0.jpg"
	for _, path := range []string{lost, replaced} {
		if err := files.Upload([]byte("foto"), path); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := document.Sweep(context.Background(), app, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("%d young files went: %v", n, err)
	}
	if n, err := document.Sweep(context.Background(), app, time.Now().Add(time.Hour)); n != 2 || err != nil {
		t.Errorf("%d files went: %v", n, err)
	}
	for path, want := range map[string]bool{named: true, lost: false, replaced: false} {
		if there, err := files.Exists(path); err != nil || there != want {
			t.Errorf("%s: %v %v", path, there, err)
		}
	}
}
