package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// bindKeyed notes which managers made somebody's login, or gave it another password, address or role: they
// could come in through it. A manager's own login is noted like an operator's. Nobody writes the note by hand.
func bindKeyed(app core.App) {
	logins := []string{"operators", core.CollectionNameSuperusers}
	app.OnRecordCreateRequest(logins...).BindFunc(func(e *core.RecordRequestEvent) error {
		e.Record.Set("keyed_by", callerID(e))
		return e.Next()
	})
	app.OnRecordUpdateRequest(logins...).BindFunc(func(e *core.RecordRequestEvent) error {
		before := e.Record.Original()
		e.Record.Set("keyed_by", before.GetString("keyed_by"))
		changed := e.Record.GetString("password") != "" || e.Record.Email() != before.Email() || e.Record.GetString("role") != before.GetString("role")
		if by := callerID(e); changed && by != e.Record.Id {
			e.Record.Set("keyed_by", act.KeyedAlso(before.GetString("keyed_by"), by))
		}
		return e.Next()
	})
}

func callerID(e *core.RecordRequestEvent) string {
	if e.Auth == nil {
		return ""
	}
	return e.Auth.Id
}
