package member

import (
	"context"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// SetPIN is a member's own choice of PIN.
type SetPIN struct {
	PIN string `json:"pin"`
}

// PINSet says that the PIN holds from now on.
type PINSet struct {
	OK bool `json:"ok"`
}

// ChoosePIN stores the PIN's hash. Its route is for who proved just before to be the member. The PIN is no
// part of the act's hashed input: four digits could be found again from a hash. A repeated key with
// another PIN is told apart by comparing with what was stored.
func ChoosePIN(ctx context.Context, app core.App, key string, by act.Actor, in SetPIN) (PINSet, bool, error) {
	var problems fault.Input
	problems.Check(len(in.PIN) >= 4 && len(in.PIN) <= 6 && strings.Trim(in.PIN, "0123456789") == "", "pin", "member.pin_digits")
	if len(in.PIN) > 0 && strings.Trim(in.PIN, in.PIN[:1]) == "" {
		problems.Add("pin", "member.pin_easy") // 1111 is the first that anyone tries
	}
	if err := problems.Err(); err != nil {
		return PINSet{}, false, err
	}
	// bcrypt: outside of the writer, which it would hold for 60 ms
	hash, err := bcrypt.GenerateFromPassword([]byte(in.PIN), bcrypt.DefaultCost)
	if err != nil {
		return PINSet{}, false, err
	}
	a := act.Act{Kind: "member.pin", Key: key, By: by, Input: by.Number}
	out, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (PINSet, error) {
		record, err := tx.App().FindRecordById("members", by.ID)
		if err != nil {
			return PINSet{}, err
		}
		record.Set("pin_hash", string(hash))
		if err := forgetTries(tx, by.Number); err != nil {
			return PINSet{}, err
		}
		if err := notice.News(tx, app, notice.Notice{Member: by.Number, Kind: notice.PinSet}); err != nil {
			return PINSet{}, err
		}
		return PINSet{true}, tx.App().SaveNoValidate(record)
	})
	if err != nil || !replayed {
		return out, replayed, err
	}
	p, err := Find(act.Read(app), by.Number)
	if err == nil && bcrypt.CompareHashAndPassword([]byte(p.PinHash), []byte(in.PIN)) != nil {
		err = fault.Refused("idempotency_conflict")
	}
	return out, true, err
}
