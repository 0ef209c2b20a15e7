package login

import (
	"bytes"
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
)

const accepts = "invitation"

// Accept answers an invitation: the code of the letter, something that only the person and the staff list
// know, and a password for what comes.
type Accept struct {
	Number int64  `json:"number"`
	Code   string `json:"code"`
	member.Proof
	Password string `json:"password"`
}

// checkPassword holds a new password to what a login needs.
func checkPassword(problems *fault.Input, password string) {
	problems.Check(len([]rune(password)) >= minPassword, "password", "login.password_short", fault.Params{"min": minPassword})
	problems.Check(len(password) <= maxPassword, "password", "login.password_long", fault.Params{"max": maxPassword})
}

func (in Accept) check() error {
	var problems fault.Input
	problems.Check(in.Number > 0, "number", "input.required")
	problems.Check(in.Code != "" && len(in.Code) <= 50, "code", "input.required")
	problems.Check(in.BirthDate != "" || in.Digits != "", "birth_date", "login.proof_missing")
	checkPassword(&problems, in.Password)
	return problems.Err()
}

// AcceptInvitation gives an invited person a login. A code that is unknown, old, used or another's all sound
// the same; who holds the letter and is not its person hears that the identity does not fit, and each try
// counts against the code.
//
// Whatever was set before in the person's name is void, and the browser in which it happens is the person's.
func AcceptInvitation(ctx context.Context, app core.App, key string, from browser, in Accept) (Done, bool, error) {
	if err := in.check(); err != nil {
		return Done{}, false, err
	}
	who, err := findByIdentity(app, members, fmt.Sprint(in.Number))
	if err != nil {
		return Done{}, false, err
	}
	tries := triesOf(app, accepts)
	account := accountOf(members, who, fmt.Sprint(in.Number))
	if refusal := tries.hold(app, account); refusal != nil {
		return Done{}, false, refusal
	}
	if who != nil {
		if done, err := doneBefore(app, "login.accept", key, who, in.Password); done || err != nil {
			return Done{done}, done, err
		}
	}
	hash, err := member.InvitationHash(app, in.Number, in.Code)
	if err != nil {
		return Done{}, false, err
	}
	if err := tryInvitation(app, in.Number, hash); err != nil {
		return Done{}, false, err
	}
	if who == nil || who.GetString("status") != string(member.Invited) {
		return Done{}, false, invitationRefused()
	}
	matched, ok, err := member.MatchInvited(app, who.GetString("employee"), in.Proof)
	if err != nil {
		return Done{}, false, err
	}
	if !ok {
		var problems fault.Input
		field := "birth_date"
		if in.BirthDate == "" {
			field = "digits"
		}
		problems.Add(field, "login.proof_refused")
		return Done{}, false, problems.Err()
	}
	here, err := from.hash(app, who.Id)
	if err != nil {
		return Done{}, false, err
	}
	who.SetPassword(in.Password) // bcrypt: outside of the writer, which it would hold for 60 ms
	a := act.Act{Kind: "login.accept", Key: key, By: act.ActorOf(who), Input: in.Number}
	out, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Done, error) {
		var stored []byte
		err := tx.Row("SELECT hash FROM invitations WHERE member = ?", in.Number).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(stored, hash) { // somebody was faster
			return Done{}, invitationRefused()
		}
		if err != nil {
			return Done{}, err
		}
		fresh, err := member.Find(tx, in.Number)
		if err != nil {
			return Done{}, err
		}
		if fresh.Status != member.Invited {
			return Done{}, invitationRefused()
		}
		if err := tx.Exec("DELETE FROM invitations WHERE member = ?", in.Number); err != nil {
			return Done{}, err
		}
		if err := member.Vacate(tx, in.Number); err != nil {
			return Done{}, err
		}
		if err := changePassword(ctx, tx, who, inHand{browser: here}); err != nil {
			return Done{}, err
		}
		if err := from.remember(tx, who, here); err != nil {
			return Done{}, err
		}
		if err := member.NoteIdentity(tx, in.Number, "invited", matched); err != nil {
			return Done{}, err
		}
		return Done{true}, note(tx, members, who.Id, "code_used")
	})
	if err == nil {
		tries.clear(app, account)
	}
	return out, replayed, err
}

func invitationRefused() error {
	var problems fault.Input
	problems.Add("code", "login.invitation_refused")
	return problems.Err()
}

// tryInvitation spends one of the tries before it looks, as tryCode does.
func tryInvitation(app core.App, number int64, hash []byte) error {
	var stored []byte
	err := app.NonconcurrentDB().NewQuery(`UPDATE invitations SET tries = tries + 1 WHERE member = {:member} AND tries < {:most} AND expires_at > {:now} RETURNING hash`).
		Bind(map[string]any{"member": number, "most": member.InvitationTries, "now": clock.Of(app).Now().UnixMilli()}).Row(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return invitationRefused()
	}
	if err == nil && subtle.ConstantTimeCompare(stored, hash) != 1 {
		err = invitationRefused()
	}
	return err
}
