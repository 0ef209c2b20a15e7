package member

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
)

// A PIN has few digits, so guessing must be slow: after maxTries wrong ones in a row a member's PIN rests
// for triesRest. The count lies in the books, so that a restart forgives nobody.
const (
	maxTries  = 5
	triesRest = 15 * time.Minute
	pinKey    = "kpdk.pins"
)

// turns let guesses at one member's PIN in one after the other: each is counted before the next is looked at.
type turns [64]sync.Mutex

func turnOf(app core.App, number int64) *sync.Mutex {
	all := app.Store().GetOrSet(pinKey, func() any { return &turns{} }).(*turns)
	return &all[number%int64(len(all))]
}

// CheckPIN compares a PIN with the member's hash: about 60 ms, so never inside a transaction. A wrong one is
// written down before anybody hears that it was wrong. The right one costs a look, and a write only where it ends
// a row of wrong ones.
func CheckPIN(ctx context.Context, app core.App, by act.Actor, p Person, pin string) error {
	if p.PinHash == "" {
		return fault.Refused("member.pin_unset")
	}
	turn := turnOf(app, p.Number)
	turn.Lock()
	defer turn.Unlock()
	now := clock.Of(app).Now()
	wrong, last, err := wrongTries(act.Read(app), p.Number, now)
	if err != nil {
		return err
	}
	if wrong >= maxTries {
		left := triesRest - now.Sub(last)
		return fault.Refused("member.pin_resting", fault.Params{"minutes": int64((left + time.Minute - 1) / time.Minute)})
	}
	right := bcrypt.CompareHashAndPassword([]byte(p.PinHash), []byte(pin)) == nil
	if right && wrong == 0 {
		return nil
	}
	a := act.Act{Kind: "member.pin_try", Key: ulid.New(), By: by, Input: struct {
		Member int64
		Right  bool
	}{p.Number, right}}
	_, _, err = act.Do(context.WithoutCancel(ctx), app, a, func(tx *act.Tx) (bool, error) { // whoever hangs up is counted too
		if right {
			return true, forgetTries(tx, p.Number)
		}
		return false, noteWrong(tx, p.Number)
	})
	if err == nil && !right {
		err = fault.Refused("member.pin_wrong")
	}
	return err
}

// wrongTries are the wrong guesses that still count, and when the last was.
func wrongTries(r act.Reader, number int64, now time.Time) (wrong int, last time.Time, err error) {
	var at int64
	err = r.Row("SELECT wrong, at FROM pin_tries WHERE member = ? AND at > ?", number, now.Add(-triesRest).UnixMilli()).Scan(&wrong, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, last, nil
	}
	return wrong, time.UnixMilli(at), err
}

// noteWrong counts one more, and clears away what no longer counts of anybody.
func noteWrong(tx *act.Tx, number int64) error {
	if err := tx.Exec("DELETE FROM pin_tries WHERE at <= ?", tx.Now().Add(-triesRest).UnixMilli()); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO pin_tries(member, wrong, at) VALUES(?, 1, ?) ON CONFLICT(member) DO UPDATE SET wrong = min(wrong + 1, 100), at = excluded.at", number, tx.Now().UnixMilli())
}

func forgetTries(tx *act.Tx, number int64) error {
	return tx.Exec("DELETE FROM pin_tries WHERE member = ?", number)
}
