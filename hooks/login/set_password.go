package login

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// NewPassword is another password for a login that somebody is in already.
type NewPassword struct {
	Password string `json:"password"`
}

// PasswordSet carries the token with which this device goes on: those of before are worth nothing any more.
type PasswordSet struct {
	Token string `json:"token"`
}

// SetPassword gives the caller another password. Whatever else was open ends: other sessions, passkeys, and the
// browsers that were known, but for the one in hand. Whose answer is lost comes in with the new password.
func SetPassword(ctx context.Context, app core.App, key string, by act.Actor, who *core.Record, session string, from browser, in NewPassword) (PasswordSet, bool, error) {
	var problems fault.Input
	checkPassword(&problems, in.Password)
	problems.Check(!who.ValidatePassword(in.Password), "password", "login.password_same")
	if err := problems.Err(); err != nil {
		return PasswordSet{}, false, err
	}
	here, err := from.hash(app, who.Id)
	if err != nil {
		return PasswordSet{}, false, err
	}
	secret := core.NewRecord(who.Collection())
	secret.Id = who.Id
	secret.SetPassword(in.Password) // bcrypt: outside of the writer, which it would hold for 60 ms
	a := act.Act{Kind: "login.set_password", Key: key, By: by, Input: who.Id}
	_, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Done, error) {
		if err := changePassword(ctx, tx, secret, inHand{session, here}); err != nil {
			return Done{}, err
		}
		if err := from.remember(tx, who, here); err != nil {
			return Done{}, err
		}
		return Done{true}, tellOwner(tx, app, who, notice.PasswordSet)
	})
	if err != nil {
		return PasswordSet{}, false, err
	}
	fresh, err := app.FindRecordById(who.Collection(), who.Id)
	if err != nil {
		return PasswordSet{}, false, err
	}
	token, err := tokenOf(fresh, session)
	return PasswordSet{token}, replayed, err
}

// changePassword writes, inside an act, the password that a record carries; all that it opened before ends here,
// but for what is in hand.
func changePassword(ctx context.Context, tx *act.Tx, with *core.Record, stays inHand) error {
	fresh, err := tx.App().FindRecordById(with.Collection(), with.Id)
	if err != nil {
		return err
	}
	fresh.SetRaw(core.FieldNamePassword, with.GetRaw(core.FieldNamePassword))
	fresh.RefreshTokenKey()
	return tx.App().SaveNoValidateWithContext(context.WithValue(ctx, inHandKey{}, stays), fresh)
}
