package template

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/policy"
)

// Identity is what makes a co-op itself and not its template.
type Identity struct {
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Tagline   string `json:"tagline"`
	City      string `json:"city"`
	Demo      bool   `json:"demo"`
}

// Founded tells what a founding made.
type Founded struct {
	Accounts   int `json:"accounts"`
	Policies   int `json:"policies"`
	Categories int `json:"categories"`
	Pages      int `json:"pages"`
}

const foundKey = "coop.found:1"

// IsFounded says whether the folder already holds a co-op.
func IsFounded(app core.App) (bool, error) {
	var n int
	err := act.Read(app).Row("SELECT count(*) FROM coop_keys").Scan(&n)
	return n > 0, err
}

// Ensure founds the default co-op in an empty folder; an existing one is left alone. From then on the app
// lives in the co-op's time zone.
func Ensure(app core.App) error {
	founded, err := IsFounded(app)
	if err == nil && !founded {
		_, _, err = Found(context.Background(), app, Default(), Identity{Name: "Koperasi baru", ShortName: "koperasi"})
	}
	if err != nil {
		return err
	}
	return useZone(app)
}

// FollowZone moves the app to another time zone when the co-op does.
func FollowZone(app core.App) {
	app.OnRecordAfterUpdateSuccess("coop").BindFunc(func(e *core.RecordEvent) error {
		if err := useZone(e.App); err != nil { // saved is saved: an error here would only say that it was not
			e.App.Logger().Error("the co-op's time zone", "error", err)
		}
		return e.Next()
	})
}

// useZone sets the clock to the zone in which the co-op's days begin, and with it the hours of what is done at night.
func useZone(app core.App) error {
	var zone string
	if err := act.Read(app).Row("SELECT coalesce((SELECT time_zone FROM coop LIMIT 1), '')").Scan(&zone); err != nil {
		return err
	}
	if zone != "" {
		if err := clock.SetZone(app, zone); err != nil {
			return err
		}
	}
	app.Cron().SetTimezone(clock.Of(app).Zone())
	return nil
}

// Found makes a co-op with its own name and keys from a bundle.
func Found(ctx context.Context, app core.App, b Bundle, who Identity) (Founded, bool, error) {
	a := act.Act{Kind: "coop.found", Key: foundKey, Input: who, By: act.BySystem}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Founded, error) {
		if err := keys.Found(tx); err != nil {
			return Founded{}, err
		}
		if err := records(tx.App(), b, who); err != nil {
			return Founded{}, err
		}
		for _, s := range b.Policies {
			s.ValidFrom = clock.Date("2000-01-01") // a founding decides for all time before the first change
			if err := policy.Write(tx, s); err != nil {
				return Founded{}, err
			}
		}
		return Founded{len(b.Accounts), len(b.Policies), len(b.Categories), len(b.Pages)}, nil
	})
}

// records saves what people edit later: the co-op itself, the chart, categories, pages and a first till.
func records(txApp core.App, b Bundle, who Identity) error {
	save := func(collection string, values map[string]any) error {
		c, err := txApp.FindCachedCollectionByNameOrId(collection)
		if err != nil {
			return err
		}
		r := core.NewRecord(c)
		r.Load(values)
		return txApp.Save(r)
	}
	if err := save("coop", map[string]any{"name": who.Name, "short_name": who.ShortName, "tagline": who.Tagline, "city": who.City,
		"time_zone": b.TimeZone, "type": b.Type, "demo": who.Demo}); err != nil {
		return err
	}
	if err := save("tills", map[string]any{"code": "K1", "name": "Kasir 1"}); err != nil {
		return err
	}
	for _, a := range b.Accounts {
		if err := save("accounts", map[string]any{"account": a.Account, "name": a.Name, "name_en": a.NameEn, "kind": a.Kind, "party_kind": a.PartyKind}); err != nil {
			return err
		}
	}
	for i, name := range b.Categories {
		if err := save("categories", map[string]any{"name": name, "sort": i + 1}); err != nil {
			return err
		}
	}
	for _, p := range b.Pages {
		if err := save("pages", map[string]any{"slug": p.Slug, "section": p.Section, "language": p.Language, "title": p.Title, "body": p.Body, "sort": p.Sort, "public": true}); err != nil {
			return err
		}
	}
	return nil
}
