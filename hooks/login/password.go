package login

import (
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// passwords counts wrong ones: an account hears ten in a quarter of an hour.
type passwords struct{ tries *attempts }

func (p passwords) try(e *core.RecordAuthWithPasswordRequestEvent) error {
	if e.Record == nil && keepsSessions(e.Collection.Name) { // typed as it is printed
		record, err := findByIdentity(e.App, e.Collection.Name, e.Identity)
		if err != nil {
			return err
		}
		e.Record = record
	}
	account := accountOf(e.Collection.Name, e.Record, e.Identity)
	if refusal := p.tries.holdFor(e.RequestEvent, account); refusal != nil {
		return web.Refuse(e.RequestEvent, refusal)
	}
	err := e.Next()
	if err == nil { // the password was right, whatever was said after it
		p.tries.clear(e.App, account)
	}
	return err
}

// accountOf names the account that somebody tries to open, however it is spelled.
func accountOf(collection string, record *core.Record, identity string) string {
	if record != nil {
		return collection + "/" + record.Id
	}
	return collection + ":" + plain(identity)
}

// plain takes out of an identity what people put into it: blanks anywhere, dots and dashes between the
// digits of a number ("00-42"), capitals in an address.
func plain(identity string) string {
	text := strings.ToLower(strings.Join(strings.Fields(identity), ""))
	digits := strings.NewReplacer(".", "", "-", "").Replace(text)
	if digits != "" && strings.Trim(digits, "0123456789") == "" {
		if text = strings.TrimLeft(digits, "0"); text == "" {
			return "0"
		}
	}
	return text
}

// findByIdentity finds a member by number or e-mail, an operator by e-mail; nil when there is none.
func findByIdentity(app core.App, collection, identity string) (*core.Record, error) {
	text, field := plain(identity), "number"
	if strings.Contains(text, "@") {
		field = core.FieldNameEmail
	} else if collection != members || len(text) > 12 || strings.Trim(text, "0123456789") != "" {
		return nil, nil
	}
	found := []*core.Record{}
	err := app.RecordQuery(collection).AndWhere(dbx.NewExp(field+" = {:it} COLLATE NOCASE", dbx.Params{"it": text})).Limit(2).All(&found)
	if err != nil || len(found) != 1 {
		return nil, err
	}
	return found[0], nil
}

// gone says whether a login belongs to somebody who left.
func gone(r *core.Record) bool {
	return keepsSessions(r.Collection().Name) && act.ActorOf(r).Role == act.Nobody
}

func refuseLeavers(e *core.RecordAuthRequestEvent) error {
	if gone(e.Record) {
		return web.Refuse(e.RequestEvent, fault.Forbidden("auth.inactive"))
	}
	return e.Next()
}

// forgetLeavers makes a token of somebody who left worth nothing, on PocketBase's routes too.
func forgetLeavers(e *core.RequestEvent) error {
	if e.Auth != nil && gone(e.Auth) {
		e.Auth = nil
	}
	return e.Next()
}
