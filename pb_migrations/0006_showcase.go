package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What the public page is edited with: its opening, who holds an office, yearly reports, and pages and news that
// have a section, a picture and files of their own.
func init() {
	m.Register(func(txApp core.App) error {
		for _, step := range []func(core.App) error{opening, richTexts, offices, yearlyReports} {
			if err := step(txApp); err != nil {
				return err
			}
		}
		return nil
	}, nil, "0006_showcase.go")
}

const (
	pictureBytes = 2 << 20
	reportBytes  = 20 << 20
)

var pictureTypes = []string{"image/jpeg", "image/png", "image/webp"}

func picture(name string) core.Field {
	return &core.FileField{Name: name, MaxSelect: 1, MaxSize: pictureBytes, MimeTypes: pictureTypes, Thumbs: []string{"960x0", "320x320"}}
}

func plain(name string, max int) core.Field { return &core.TextField{Name: name, Max: max} }

func day(name string) core.Field {
	return &core.TextField{Name: name, Pattern: `^(\d{4}-\d{2}-\d{2})?$`}
}

// opening is the co-op's own first words, and whether it publishes amounts in its signed report: nothing but a
// manager's hand sets that, and a template does not carry it to another co-op.
func opening(txApp core.App) error {
	coop, err := txApp.FindCollectionByNameOrId("coop")
	if err != nil {
		return err
	}
	coop.Fields.Add(plain("employer", 80), plain("region", 60),
		&core.SelectField{Name: "type", Values: []string{"konsumen", "produsen", "pemasaran", "jasa", "simpan_pinjam"}, MaxSelect: 1},
		plain("hero_title", 120), plain("hero_title_en", 120), plain("hero_lead", 300), plain("hero_lead_en", 300), picture("hero_image"),
		&core.BoolField{Name: "publish_financials"})
	return txApp.Save(coop)
}

func richTexts(txApp core.App) error {
	pages, err := txApp.FindCollectionByNameOrId("pages")
	if err != nil {
		return err
	}
	files := func() core.Field {
		return &core.FileField{Name: "files", MaxSelect: 8, MaxSize: reportBytes, MimeTypes: append([]string{"application/pdf"}, pictureTypes...), Thumbs: []string{"960x0"}}
	}
	pages.Fields.Add(&core.SelectField{Name: "section", Values: []string{"guide", "join", "statutes", "about"}, MaxSelect: 1},
		picture("picture"), plain("picture_alt", 200), files())
	if err := txApp.Save(pages); err != nil {
		return err
	}
	news, err := txApp.FindCollectionByNameOrId("news")
	if err != nil {
		return err
	}
	news.Fields.Add(&core.TextField{Name: "slug", Max: 80, Pattern: `^([a-z0-9][a-z0-9-]*)?$`}, picture("picture"), plain("picture_alt", 200), files())
	return txApp.Save(news)
}

// offices: names, offices and terms of board and supervisors are public by the nature of the office.
func offices(txApp core.App) error {
	c := core.NewBaseCollection("board")
	c.ListRule, c.ViewRule = rule(`public = true`), rule(`public = true`)
	zero := 0.0
	c.Fields.Add(&core.SelectField{Name: "organ", Values: []string{"board", "supervisors"}, MaxSelect: 1, Required: true},
		&core.TextField{Name: "name", Max: 120, Required: true}, &core.TextField{Name: "role", Max: 80, Required: true}, plain("role_en", 80),
		day("term_from"), day("term_to"), picture("photo"), &core.NumberField{Name: "sort", OnlyInt: true, Min: &zero}, &core.BoolField{Name: "public"},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	return txApp.Save(c)
}

func yearlyReports(txApp core.App) error {
	c := core.NewBaseCollection("annual_reports")
	c.ListRule, c.ViewRule = rule(`public = true`), rule(`public = true`)
	c.Fields.Add(&core.NumberField{Name: "year", OnlyInt: true, Required: true, Min: ptr(1945), Max: ptr(2200)},
		&core.TextField{Name: "title", Max: 160, Required: true}, plain("title_en", 160), plain("note", 400), plain("note_en", 400), day("approved_on"),
		&core.FileField{Name: "file", MaxSelect: 1, MaxSize: reportBytes, MimeTypes: []string{"application/pdf"}}, &core.BoolField{Name: "public"},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	return txApp.Save(c)
}
