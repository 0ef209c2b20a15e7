package guard

import "github.com/pocketbase/pocketbase/core"

// bindKeyed notes which manager made an operator's login, or gave it another password, address or role:
// that manager could come in through it. Nobody writes the note by hand.
func bindKeyed(app core.App) {
	app.OnRecordCreateRequest("operators").BindFunc(func(e *core.RecordRequestEvent) error {
		e.Record.Set("keyed_by", callerID(e))
		return e.Next()
	})
	app.OnRecordUpdateRequest("operators").BindFunc(func(e *core.RecordRequestEvent) error {
		before := e.Record.Original()
		e.Record.Set("keyed_by", before.GetString("keyed_by"))
		if e.Record.GetString("password") != "" || e.Record.Email() != before.Email() || e.Record.GetString("role") != before.GetString("role") {
			e.Record.Set("keyed_by", callerID(e))
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
