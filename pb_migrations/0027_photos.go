package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), photoTables, keptForever("photo_events")); err != nil {
			return err
		}
		return photoCollection(txApp)
	}, nil, "0027_photos.go")
}

// photo_events say whose photo was kept or removed, by which act; the photo itself is a record that goes when it is
// replaced, removed or erased.
var photoTables = []string{
	`CREATE TABLE photo_events(id INTEGER PRIMARY KEY, member INTEGER NOT NULL CHECK(member > 0), kind TEXT NOT NULL CHECK(kind = 'keep' OR kind = 'remove'),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX photo_events_member ON photo_events(member)`,
}

// photoCollection keeps portraits from everybody's eyes: a member and managers read them through routes.
func photoCollection(txApp core.App) error {
	photos := core.NewBaseCollection("member_photos")
	photos.Fields.Add(
		&core.NumberField{Name: "member", OnlyInt: true, System: true, Required: true, Min: ptr(1)},
		&core.FileField{Name: "file", Required: true, Protected: true, MaxSelect: 1, MaxSize: 1 << 20, MimeTypes: []string{"image/jpeg"}},
		&core.AutodateField{Name: "created", OnCreate: true})
	photos.AddIndex("idx_member_photos_member", true, "`member`", "")
	return txApp.Save(photos)
}
