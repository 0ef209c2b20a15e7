package guard

import (
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// onlyByAct lists the fields that say what happened to somebody or something: an act changes them and
// leaves its audit row; nobody edits them, not even a manager.
var onlyByAct = map[string][]string{
	"members":          {"number", "status", "card_serial", "pin_hash", "joined_on", "left_on", "kind", "employee", "work_unit"},
	"employees":        {"work_unit", "grade", "channel", "pay_rupiah"},
	"products":         {"number"},
	"suppliers":        {"number"},
	"consignors":       {"number"},
	"bank_accounts":    {"number"},
	"payment_vouchers": {"file"},
	"objection_photos": {"objection", "file"},
	"coop":             {"publish_financials", "demo"},
}

func bindFields(app core.App) {
	app.OnRecordEnrich("members").BindFunc(func(e *core.RecordEnrichEvent) error {
		err := e.Next()
		e.Record.Hide("pin_hash") // PocketBase shows hidden fields to managers; six digits can be found again from a hash
		return err
	})
	app.OnRecordUpdateRequest("members").BindFunc(func(e *core.RecordRequestEvent) error {
		if e.Record.GetString("pin_hash") == "" { // a form that could not show it sends it back empty
			e.Record.Set("pin_hash", e.Record.Original().GetString("pin_hash"))
		}
		if e.Record.Email() != e.Record.Original().Email() { // nobody has shown yet that the new one is theirs
			e.Record.SetVerified(false)
		} else if e.Record.Verified() != e.Record.Original().Verified() { // only whoever reads a letter there shows it
			return web.Refuse(e.RequestEvent, verifiedByHand())
		}
		return e.Next()
	})
	app.OnRecordValidate("members").BindFunc(mayHaveNoLogin)
	app.OnRecordUpdateRequest("employees").BindFunc(dateFacts)
	for collection, fields := range onlyByAct {
		app.OnRecordUpdate(collection).BindFunc(func(e *core.RecordEvent) error {
			if err := unchanged(e, fields, "guard.act_only"); err != nil {
				return err
			}
			return e.Next()
		})
	}
	app.OnRecordUpdate("accounts").BindFunc(func(e *core.RecordEvent) error {
		stored, err := storedOf(e)
		if err != nil {
			return err
		}
		if err := ledger.MayChange(act.Read(e.App), chartFields(stored), chartFields(e.Record)); err != nil {
			return err
		}
		return e.Next()
	})
	app.OnRecordDelete("accounts").BindFunc(func(e *core.RecordEvent) error {
		if err := ledger.MayRemove(act.Read(e.App), e.Record.GetInt("account")); err != nil {
			return err
		}
		return e.Next()
	})
	byActOnly := func(e *core.RecordEvent) error {
		if !act.Inside(e.App) {
			return fault.Forbidden("guard.draft_by_act")
		}
		return e.Next()
	}
	app.OnRecordCreate("journal_drafts").BindFunc(byActOnly)
	app.OnRecordUpdate("journal_drafts").BindFunc(byActOnly)
	app.OnRecordDelete("journal_drafts").BindFunc(byActOnly)
	paperByAct := func(e *core.RecordEvent) error {
		if !act.Inside(e.App) {
			return fault.Forbidden("guard.paper_by_act")
		}
		return e.Next()
	}
	app.OnRecordCreate("paper_files").BindFunc(paperByAct)
	app.OnRecordUpdate("paper_files").BindFunc(paperByAct)
	photoByAct := func(e *core.RecordEvent) error {
		if !act.Inside(e.App) {
			return fault.Forbidden("guard.photo_by_act")
		}
		return e.Next()
	}
	app.OnRecordCreate("member_photos").BindFunc(photoByAct)
	app.OnRecordUpdate("member_photos").BindFunc(photoByAct)
	app.OnRecordDelete("member_photos").BindFunc(photoByAct)
	app.OnRecordCreate("members").BindFunc(func(e *core.RecordEvent) error {
		if !act.Inside(e.App) {
			return fault.Forbidden("guard.member_by_invitation")
		}
		return e.Next()
	})
	app.OnRecordUpdateRequest("coop").BindFunc(publish)
	app.OnRecordUpdate("coop").BindFunc(func(e *core.RecordEvent) error {
		zone := e.Record.GetString("time_zone")
		_, err := time.LoadLocation(zone)
		var in fault.Input
		in.Check(err == nil && zone != "Local", "time_zone", "guard.time_zone", fault.Params{"zone": zone})
		if err := in.Err(); err != nil {
			return err
		}
		return e.Next()
	})
	app.OnRecordCreate("coop").BindFunc(func(e *core.RecordEvent) error {
		another, err := exists(e.App, "SELECT 1 FROM coop")
		if err != nil {
			return err
		}
		if another {
			return fault.Refused("guard.one_coop")
		}
		return e.Next()
	})
}

// mayHaveNoLogin lets a form of the dashboard save a member who never had a password: who came by paper or a list
// has none, and PocketBase asks every login for one. It is shown a hash that no password has, and saves none.
func mayHaveNoLogin(e *core.RecordEvent) error {
	none := e.Record.GetRaw(core.FieldNamePassword)
	if e.Record.IsNew() || e.Record.GetString(core.FieldNamePassword+":hash") != "" || e.Record.GetString(core.FieldNamePassword) != "" {
		return e.Next()
	}
	e.Record.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{Hash: "none"})
	defer e.Record.SetRaw(core.FieldNamePassword, none)
	return e.Next()
}

// verifiedByHand: an office that says an address is somebody's would send them what is not theirs to read; one that
// takes it back would change the address without a word to the one of before.
func verifiedByHand() error {
	var in fault.Input
	in.Add("verified", "guard.verified_by_login")
	return in.Err()
}

// dateFacts lets a form of the dashboard change a unit, a grade, a channel or a pay through the act that dates
// it: since today. After it, what is saved is what stands there already. A form that could not be saved for anything
// else in it dates nothing.
func dateFacts(e *core.RecordRequestEvent) error {
	stored, err := e.App.FindRecordById("employees", e.Record.Id)
	if err != nil {
		return err
	}
	in := member.ChangeFacts{ValidFrom: clock.Of(e.App).Today()}
	changed := false
	for field, into := range map[string]**string{"work_unit": &in.Unit, "grade": &in.Grade, "channel": &in.Channel} {
		if said := e.Record.GetString(field); said != stored.GetString(field) {
			*into, changed = &said, true
		}
	}
	if said := money.Rupiah(e.Record.GetInt("pay_rupiah")); said != money.Rupiah(stored.GetInt("pay_rupiah")) {
		in.Pay, changed = &said, true
	}
	if !changed {
		return e.Next()
	}
	if !savesBut(e, stored) {
		for field := range factFields {
			e.Record.Set(field, stored.Get(field))
		}
		return e.Next() // it says what is wrong
	}
	if _, _, err := member.SetFacts(e.Request.Context(), e.App, ulid.New(), act.ActorOf(e.Auth), e.Record.Id, in); err != nil {
		return web.Refuse(e.RequestEvent, err)
	}
	return e.Next()
}

// savesBut tries the form without its facts, and takes it back: whether all the rest of it would be saved.
func savesBut(e *core.RecordRequestEvent, stored *core.Record) bool {
	trial := e.Record.Clone()
	for field := range factFields {
		trial.Set(field, stored.Get(field))
	}
	taken := errors.New("taken back")
	return errors.Is(e.App.RunInTransaction(func(txApp core.App) error {
		if err := txApp.SaveWithContext(e.Request.Context(), trial); err != nil {
			return err
		}
		return taken
	}), taken)
}

// factFields are what an act dates.
var factFields = map[string]bool{"work_unit": true, "grade": true, "channel": true, "pay_rupiah": true}

func chartFields(r *core.Record) ledger.AccountFields {
	return ledger.AccountFields{Code: r.GetInt("account"), Kind: r.GetString("kind"), PartyKind: r.GetString("party_kind"), Closed: r.GetBool("closed")}
}

// unchanged refuses a save outside an act that touches one of the fields. It compares with the stored
// row: what a record remembers of its origin can be forged in process.
func unchanged(e *core.RecordEvent, fields []string, code string) error {
	if act.Inside(e.App) {
		return nil
	}
	stored, err := storedOf(e)
	if err != nil {
		return err
	}
	var in fault.Input
	for _, name := range fields {
		in.Check(fmt.Sprint(stored.Get(name)) == fmt.Sprint(e.Record.Get(name)), name, code)
	}
	return in.Err()
}

func storedOf(e *core.RecordEvent) (*core.Record, error) {
	return e.App.FindRecordById(e.Record.Collection(), e.Record.Id)
}

// exists asks the books inside the transaction of the app, when it is one.
func exists(app core.App, query string, args ...any) (found bool, err error) {
	err = act.Read(app).Row("SELECT EXISTS("+query+")", args...).Scan(&found)
	return found, err
}
