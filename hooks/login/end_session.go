package login

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// Device is one session as its owner sees it. Seen is a day, not an hour: enough to notice a stranger.
type Device struct {
	ID      string     `json:"id"`
	Browser string     `json:"browser"`
	System  string     `json:"system"`
	Since   time.Time  `json:"since"`
	SeenOn  clock.Date `json:"seen_on"`
	Current bool       `json:"current"`
}

// Sessions are the devices of one login, this one first.
type Sessions struct {
	Sessions []Device `json:"sessions"`
}

func list(app core.App, who *core.Record, current string) (Sessions, error) {
	all := Sessions{[]Device{}}
	err := act.Each(act.Read(app), `SELECT id, browser, system, started_at, seen_on FROM sessions WHERE login = ? AND record = ?
		ORDER BY id <> ?, seen_on DESC, started_at DESC LIMIT ?`, []any{who.Collection().Name, who.Id, current, perLogin}, func(row act.Scanner) error {
		var d Device
		var since int64
		err := row.Scan(&d.ID, &d.Browser, &d.System, &since, &d.SeenOn)
		d.Since, d.Current = time.UnixMilli(since).UTC(), d.ID == current
		all.Sessions = append(all.Sessions, d)
		return err
	})
	return all, err
}

// End names one session, or all but the present one.
type End struct {
	Session string `json:"session,omitempty"`
	Others  bool   `json:"others,omitempty"`
}

// Ended tells how many sessions ended.
type Ended struct {
	Ended int64 `json:"ended"`
}

// EndSessions ends sessions of the caller's own: whoever holds those devices has to log in again.
func EndSessions(ctx context.Context, app core.App, key string, by act.Actor, who *core.Record, current string, in End) (Ended, bool, error) {
	var problems fault.Input
	problems.Check((in.Session == "") == in.Others && len(in.Session) <= 50, "session", "login.which_session")
	if err := problems.Err(); err != nil {
		return Ended{}, false, err
	}
	login := who.Collection().Name
	return act.Do(ctx, app, act.Act{Kind: "login.end_sessions", Key: key, By: by, Input: in}, func(tx *act.Tx) (Ended, error) {
		var ids []string
		if err := act.Each(tx, "SELECT id FROM sessions WHERE login = ? AND record = ? AND (id = ? OR (? AND id <> ?))", []any{login, who.Id, in.Session, in.Others, current}, func(row act.Scanner) error {
			var id string
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		}); err != nil {
			return Ended{}, err
		}
		if len(ids) == 0 && !in.Others {
			return Ended{}, fault.NotFound("login.session_unknown")
		}
		for _, id := range ids {
			if err := tx.Exec("DELETE FROM sessions WHERE id = ?", id); err != nil {
				return Ended{}, err
			}
		}
		tx.AfterCommit(func() {
			of(app).forget()
			hangUp(app, ids)
		})
		return Ended{int64(len(ids))}, note(tx, login, who.Id, "sessions_ended")
	})
}

// logOut ends one session without a word in the audit: somebody left their own device.
func logOut(app core.App, id string) error {
	defer hangUp(app, []string{id})
	defer of(app).forget()
	return exec(app, "DELETE FROM sessions WHERE id = {:id}", map[string]any{"id": id})
}

// note adds a line to what happened to a login.
func note(tx *act.Tx, login, record, kind string) error {
	return tx.Exec("INSERT INTO login_events(login, record, kind, act) VALUES(?, ?, ?, ?)", login, record, kind, tx.ID())
}
