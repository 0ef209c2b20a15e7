package login

import (
	"bytes"
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

const resets = "reset"

// bcrypt reads no further than 72 bytes of a password.
const minPassword, maxPassword = 8, 71

// Reset sets a password by a code from the manager.
type Reset struct {
	Login    string `json:"login"`    // members or operators
	Identity string `json:"identity"` // number or e-mail
	Code     string `json:"code"`
	Password string `json:"password"`
}

// Done says that it is so from now on.
type Done struct {
	OK bool `json:"ok"`
}

func (in Reset) check() error {
	var problems fault.Input
	problems.Check(in.Login == members || in.Login == operators, "login", "login.which_login")
	problems.Check(in.Identity != "" && len(in.Identity) <= 255, "identity", "input.required")
	problems.Check(in.Code != "" && len(in.Code) <= 50, "code", "input.required")
	checkPassword(&problems, in.Password)
	return problems.Err()
}

// UseCode sets the new password and ends all sessions. Every failure sounds the same, whether there is no
// such person, no code, another code, or an old one, and asks the file the same: it tells nobody who is
// a member.
//
// The browser in which it happens is the member's from now on; those of before are strangers again.
func UseCode(ctx context.Context, app core.App, key string, from browser, in Reset) (Done, bool, error) {
	if err := in.check(); err != nil {
		return Done{}, false, err
	}
	who, err := findByIdentity(app, in.Login, in.Identity)
	if err != nil {
		return Done{}, false, err
	}
	tries := triesOf(app, resets)
	account := accountOf(in.Login, who, in.Identity)
	if refusal := tries.hold(app, account); refusal != nil {
		return Done{}, false, refusal
	}
	id := ""
	if who != nil && !gone(who) {
		id = who.Id
	}
	hash, err := hashOf(app, keys.ReadCode(in.Code))
	if err != nil {
		return Done{}, false, err
	}
	if id != "" {
		if done, err := doneBefore(app, "login.use_code", key, who, in.Password); done || err != nil {
			return Done{done}, done, err
		}
	}
	if err := tryCode(app, in.Login, id, hash); err != nil {
		return Done{}, false, err
	}
	here, err := from.hash(app, who.Id)
	if err != nil {
		return Done{}, false, err
	}
	who.SetPassword(in.Password) // bcrypt: outside of the writer, which it would hold for 60 ms
	a := act.Act{Kind: "login.use_code", Key: key, By: act.ActorOf(who), Input: []string{in.Login, who.Id}}
	out, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Done, error) {
		var stored []byte
		err := tx.Row("SELECT hash FROM reset_codes WHERE login = ? AND record = ?", in.Login, who.Id).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(stored, hash) { // somebody was faster
			return Done{}, codeRefused()
		}
		if err != nil {
			return Done{}, err
		}
		if err := tx.Exec("DELETE FROM reset_codes WHERE login = ? AND record = ?", in.Login, who.Id); err != nil {
			return Done{}, err
		}
		if in.Login == members { // the manager gave the code to the person
			if err := member.VacateUnproved(tx, int64(who.GetInt("number"))); err != nil {
				return Done{}, err
			}
		}
		if err := changePassword(ctx, tx, who, inHand{browser: here}); err != nil {
			return Done{}, err
		}
		if err := from.remember(tx, who, here); err != nil {
			return Done{}, err
		}
		if err := tellOwner(tx, app, who, notice.PasswordSet); err != nil {
			return Done{}, err
		}
		return Done{true}, note(tx, in.Login, who.Id, "code_used")
	})
	if err == nil {
		tries.clear(app, account)
	}
	return out, replayed, err
}

func codeRefused() error {
	var problems fault.Input
	problems.Add("code", "login.code_refused")
	return problems.Err()
}

// tryCode spends one of a code's tries before it looks at the code, so that many at once are counted too.
// The count is written outside of the act, which would take it back with its refusal.
func tryCode(app core.App, login, id string, hash []byte) error {
	var stored []byte
	err := app.NonconcurrentDB().NewQuery(`UPDATE reset_codes SET tries = tries + 1 WHERE login = {:login} AND record = {:record} AND tries < {:most} AND expires_at > {:now} RETURNING hash`).
		Bind(map[string]any{"login": login, "record": id, "most": codeTries, "now": clock.Of(app).Now().UnixMilli()}).Row(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return codeRefused()
	}
	if err == nil && subtle.ConstantTimeCompare(stored, hash) != 1 {
		err = codeRefused()
	}
	return err
}

// doneBefore says whether this very act was done: its answer was lost, and the code is spent. The
// password is compared, because it is no part of the hashed input.
func doneBefore(app core.App, kind, key string, who *core.Record, password string) (bool, error) {
	var by string
	err := act.Read(app).Row("SELECT actor FROM acts WHERE key = ? AND kind = ?", key, kind).Scan(&by)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case by != who.Id || !who.ValidatePassword(password):
		return false, fault.Refused("idempotency_conflict")
	}
	return true, nil
}
