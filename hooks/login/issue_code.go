package login

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// A reset code is good for two days and five tries.
const (
	codeLife  = 48 * time.Hour
	codeTries = 5
)

// Code is what the manager hands over. It is shown in the answer to the act that made it, and kept nowhere.
type Code struct {
	Code      string    `json:"code"`
	Login     string    `json:"login"`    // members or operators
	Identity  string    `json:"identity"` // what the person types beside it
	ExpiresAt time.Time `json:"expires_at"`
}

// issued is what the books remember of the answer: not the code.
type issued struct {
	ExpiresAt time.Time
}

// IssueForMember makes a code for a member; an earlier one is void.
func IssueForMember(ctx context.Context, app core.App, key string, by act.Actor, number int64) (Code, bool, error) {
	who, err := app.FindFirstRecordByData(members, "number", number)
	if err != nil {
		return Code{}, false, fault.NotFound("member.unknown", fault.Params{"number": member.PrintNumber(number)})
	}
	return issue(ctx, app, key, by, who, member.PrintNumber(number))
}

// IssueForOperator makes a code for an operator. Whoever makes it could use it: the operator is keyed by
// them from now on, and doesn't count as a second pair of eyes for what they prepare.
func IssueForOperator(ctx context.Context, app core.App, key string, by act.Actor, id string) (Code, bool, error) {
	who, err := app.FindRecordById(operators, id)
	if err != nil {
		return Code{}, false, fault.NotFound("login.operator_unknown")
	}
	return issue(ctx, app, key, by, who, who.Email())
}

func issue(ctx context.Context, app core.App, key string, by act.Actor, who *core.Record, identity string) (Code, bool, error) {
	if gone(who) {
		return Code{}, false, fault.Refused("login.gone")
	}
	login, code := who.Collection().Name, keys.NewCode()
	hash, err := hashOf(app, code)
	if err != nil {
		return Code{}, false, err
	}
	a := act.Act{Kind: "login.issue_code", Key: key, By: by, Input: []string{login, who.Id}}
	out, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (issued, error) {
		expires := tx.Now().Add(codeLife).Truncate(time.Second)
		var keyedBy string
		if err := tx.Row("SELECT coalesce((SELECT keyed_by FROM operators WHERE id = ?), '')", who.Id).Scan(&keyedBy); err != nil {
			return issued{}, err
		}
		if err := tx.Exec(`INSERT INTO reset_codes(login, record, hash, expires_at, tries, act) VALUES(?, ?, ?, ?, 0, ?)
			ON CONFLICT(login, record) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, tries = 0, act = excluded.act`,
			login, who.Id, hash, expires.UnixMilli(), tx.ID()); err != nil {
			return issued{}, err
		}
		if login == operators {
			if err := tx.Exec("UPDATE operators SET keyed_by = ? WHERE id = ?", act.KeyedAlso(keyedBy, by.ID), who.Id); err != nil {
				return issued{}, err
			}
		}
		if err := tellOwner(tx, app, who, notice.CodeMade); err != nil {
			return issued{}, err
		}
		return issued{expires}, note(tx, login, who.Id, "code_issued")
	})
	if err == nil && replayed { // the first answer was lost, and nobody knows its code
		err = fault.Refused("login.code_shown_once")
	}
	if err != nil {
		return Code{}, replayed, err
	}
	return Code{keys.PrintCode(code), login, identity, out.ExpiresAt}, replayed, nil
}

// hashOf is keyed by the co-op's secret: who has the tables alone can't try codes against them.
func hashOf(app core.App, code string) ([]byte, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	return ring.HashCode("reset", code), nil
}
