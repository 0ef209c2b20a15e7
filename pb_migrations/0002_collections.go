package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(collections, nil, "0002_collections.go")
}

// Access rules are composed from these fragments; everything else goes through routes of our own.
const (
	self       = `id = @request.auth.id`
	anyone     = ``
	loggedIn   = `@request.auth.id != ""`
	operator   = `@request.auth.collectionName = "operators" && @request.auth.active = true`
	bookkeeper = operator + ` && (@request.auth.role = "treasurer" || @request.auth.role = "supervisor")`
	warehouse  = operator + ` && @request.auth.role != "cashier"`
)

func rule(s string) *string { return &s }

type listing struct {
	name       string
	read       *string // list and view; nil leaves it to managers
	fields     []core.Field
	indexes    []string // table-less: "UNIQUE name" → unique index on name
	passwords  []string // identity fields: makes it an auth collection
	tokenHours int64
}

func collections(txApp core.App) error {
	ids := map[string]string{}
	relation := func(name, to string, required bool) core.Field {
		return &core.RelationField{Name: name, CollectionId: ids[to], MaxSelect: 1, Required: required}
	}
	text := func(name string, max int, required bool) core.Field {
		return &core.TextField{Name: name, Max: max, Required: required}
	}
	hidden := func(name string, max int) core.Field { return &core.TextField{Name: name, Max: max, Hidden: true} }
	number := func(name string) core.Field {
		zero := 0.0
		return &core.NumberField{Name: name, OnlyInt: true, Min: &zero, Max: ptr(9007199254740991)}
	}
	system := func(name string) core.Field {
		return &core.NumberField{Name: name, OnlyInt: true, System: true, Required: true, Min: ptr(1)}
	}
	choice := func(name string, values ...string) core.Field {
		return &core.SelectField{Name: name, Values: values, MaxSelect: 1, Required: true}
	}
	yes := func(name string) core.Field { return &core.BoolField{Name: name} }
	save := func(l listing) error {
		c := core.NewBaseCollection(l.name)
		if l.passwords != nil {
			c = core.NewAuthCollection(l.name)
			c.PasswordAuth.Enabled, c.PasswordAuth.IdentityFields = true, l.passwords
			c.AuthToken.Duration = l.tokenHours * 3600
			c.AuthAlert.Enabled = false
			c.OTP.Enabled, c.OAuth2.Enabled, c.MFA.Enabled = false, false, false
			c.Fields.Add(&core.EmailField{Name: "email", System: true})
			c.ManageRule = nil
		}
		c.ListRule, c.ViewRule = l.read, l.read
		for _, f := range l.fields {
			c.Fields.Add(f)
		}
		c.Fields.Add(&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
		for _, column := range l.indexes {
			where := ""
			if column == "barcode" || column == "nip_index" || column == "nik_index" || column == "code" {
				where = "`" + column + "` != ''"
			}
			c.AddIndex("idx_"+l.name+"_"+column, true, "`"+column+"`", where)
		}
		if err := txApp.Save(c); err != nil {
			return err
		}
		ids[l.name] = c.Id
		return nil
	}

	for _, make := range []func() listing{
		func() listing {
			return listing{name: "coop", read: rule(anyone), fields: []core.Field{text("name", 120, true), text("short_name", 30, true), text("tagline", 200, false),
				text("city", 60, false), text("legal_number", 60, false), text("time_zone", 60, false), text("brand", 9, false), yes("demo")}}
		},
		func() listing {
			return listing{name: "work_units", read: rule(loggedIn), indexes: []string{"code"}, fields: []core.Field{text("code", 30, true), text("name", 160, true),
				hidden("officer_name", 120), hidden("officer_email", 120), number("max_share_pct")}}
		},
		func() listing {
			return listing{name: "employees", read: nil, indexes: []string{"nip_index", "nik_index"}, fields: []core.Field{text("name", 120, true), relation("work_unit", "work_units", false),
				text("office_number", 40, false), choice("status", "civil_servant", "contract_servant", "contract", "retired", "other"), text("grade", 20, false),
				&core.SelectField{Name: "sex", Values: []string{"L", "P"}, MaxSelect: 1}, &core.TextField{Name: "birth_date", Pattern: `^\d{4}-\d{2}-\d{2}$`},
				text("email", 200, false), hidden("phone", 40), &core.NumberField{Name: "pay_rupiah", OnlyInt: true, Hidden: true},
				hidden("nip_sealed", 200), hidden("nip_index", 80), hidden("nik_sealed", 200), hidden("nik_index", 80), yes("active")}}
		},
		func() listing {
			return listing{name: "members", read: rule(self + ` || ` + bookkeeper), passwords: []string{"number", "email"}, tokenHours: 30 * 24, indexes: []string{"number"},
				fields: []core.Field{system("number"), text("name", 120, true), relation("employee", "employees", false), relation("work_unit", "work_units", false),
					choice("status", "invited", "applicant", "active", "left"), text("joined_on", 10, false), text("left_on", 10, false),
					&core.NumberField{Name: "card_serial", OnlyInt: true}, hidden("pin_hash", 100), number("credit_limit_rupiah"), &core.TextField{Name: "language", Pattern: `^(id|en)?$`}}}
		},
		func() listing {
			return listing{name: "tills", read: rule(operator), indexes: []string{"code"}, fields: []core.Field{&core.TextField{Name: "code", Required: true, Pattern: `^[A-Z0-9]{1,6}$`}, text("name", 60, true), text("place", 60, false)}}
		},
		func() listing {
			return listing{name: "operators", read: rule(self), passwords: []string{"email"}, tokenHours: 14 * 24, fields: []core.Field{text("name", 120, true),
				choice("role", "cashier", "storekeeper", "treasurer", "supervisor"), relation("till", "tills", false), yes("active")}}
		},
		func() listing {
			return listing{name: "categories", read: rule(loggedIn), indexes: []string{"name"}, fields: []core.Field{text("name", 80, true), number("sort")}}
		},
		func() listing {
			return listing{name: "suppliers", read: rule(warehouse), indexes: []string{"number"}, fields: []core.Field{system("number"), text("name", 120, true), hidden("phone", 40)}}
		},
		func() listing {
			return listing{name: "consignors", read: rule(warehouse), indexes: []string{"number"}, fields: []core.Field{system("number"), text("name", 120, true), hidden("phone", 40),
				number("member_number"), yes("public_consent")}}
		},
		func() listing {
			return listing{name: "products", read: rule(loggedIn), indexes: []string{"number", "code", "barcode"}, fields: []core.Field{system("number"), text("code", 40, false), text("barcode", 40, false),
				text("name", 160, true), relation("category", "categories", false), text("unit", 20, false), number("price_rupiah"), number("member_price_rupiah"),
				&core.NumberField{Name: "cost_rupiah", OnlyInt: true, Hidden: true}, relation("consignor", "consignors", false), yes("weighed"), yes("active"), yes("featured")}}
		},
		func() listing {
			return listing{name: "accounts", read: rule(bookkeeper), indexes: []string{"account"}, fields: []core.Field{&core.NumberField{Name: "account", OnlyInt: true, Required: true, Min: ptr(1000), Max: ptr(999999)},
				text("name", 120, true), text("name_en", 120, false), choice("kind", "asset", "liability", "equity", "income", "expense"),
				&core.SelectField{Name: "party_kind", Values: []string{"member", "supplier", "consignor", "shift", "bank", "unit_run"}, MaxSelect: 1}, yes("closed")}}
		},
		func() listing {
			return listing{name: "pages", read: rule(`public = true`), fields: []core.Field{text("slug", 80, true), choice("language", "id", "en"), text("title", 160, true),
				&core.EditorField{Name: "body"}, number("sort"), yes("public")}}
		},
		func() listing {
			return listing{name: "news", read: rule(`public = true`), fields: []core.Field{text("title", 160, true), choice("language", "id", "en"), &core.EditorField{Name: "body"},
				text("published_on", 10, false), yes("public")}}
		},
	} {
		if err := save(make()); err != nil {
			return err
		}
	}
	settings := txApp.Settings()
	settings.Meta.AppName = "kpdk"
	settings.Logs.MinLevel = 4 // warnings: a row in the log for every sale would halve the till's speed
	settings.Logs.LogIP = false
	settings.Batch.Enabled = false
	if err := txApp.Save(settings); err != nil {
		return err
	}
	// PocketBase's sample collection: members and operators take its place. It goes after the settings are
	// saved, because its files are removed in the background, which reads them.
	users, err := txApp.FindCollectionByNameOrId("users")
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	return txApp.Delete(users)
}

func ptr(f float64) *float64 { return &f }
