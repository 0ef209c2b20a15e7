package member

import (
	"context"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// ReplaceCard kills a member's card and issues the next serial.
type ReplaceCard struct {
	Reason string `json:"reason"` // lost, changed
	// Phones: the phone went with the card. All logins of the member end, or it would get a code for the next serial.
	Phones bool `json:"phones,omitempty"`
}

// Replaced is the serial that holds from now on.
type Replaced struct {
	Serial int64  `json:"serial"`
	Reason string `json:"reason"`
}

// GiveNewCard makes the old card dead at once; the tills hear of it.
func GiveNewCard(ctx context.Context, app core.App, key string, by act.Actor, number int64, in ReplaceCard) (Replaced, bool, error) {
	var problems fault.Input
	problems.Check(in.Reason == "lost" || in.Reason == "changed", "reason", "member.card_reason")
	if err := problems.Err(); err != nil {
		return Replaced{}, false, err
	}
	a := act.Act{Kind: "member.replace_card", Key: key, By: by, Input: struct {
		Number int64
		ReplaceCard
	}{number, in}}
	do := act.Do[Replaced]
	if in.Phones {
		do = act.DoWithRecords[Replaced]
	}
	return do(ctx, app, a, func(tx *act.Tx) (Replaced, error) {
		serial, err := nextCard(tx, app, number, notice.CardNext)
		if err == nil && in.Phones {
			err = endLogins(tx, number)
		}
		return Replaced{serial, in.Reason}, err
	})
}

// endLogins ends a member's sessions, passkeys and known browsers with the token key; the password stays.
func endLogins(tx *act.Tx, number int64) error {
	record, err := tx.App().FindFirstRecordByData("members", "number", number)
	if err != nil {
		return err
	}
	record.RefreshTokenKey()
	if err := tx.App().SaveNoValidate(record); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO login_events(login, record, kind, act) VALUES('members', ?, 'sessions_ended', ?)", record.Id, tx.ID())
}

// BlockCard is a member's own word that the card is lost: it dies at once, and the next serial takes its
// place, so that the phone goes on as soon as it hears of it. It asks for no proof of the person: whoever
// holds the phone may stop the card, and nobody gains by it.
func BlockCard(ctx context.Context, app core.App, key string, by act.Actor) (Replaced, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "member.block_card", Key: key, By: by, Input: by.Number}, func(tx *act.Tx) (Replaced, error) {
		serial, err := nextCard(tx, app, by.Number, notice.CardBlocked)
		return Replaced{serial, "lost"}, err
	})
}

// nextCard kills a member's card and issues the next serial.
func nextCard(tx *act.Tx, app core.App, number int64, told notice.Kind) (serial int64, err error) {
	p, err := Find(tx, number)
	if err != nil {
		return 0, err
	}
	if p.Status != Active {
		return 0, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
	}
	var last int64
	if err := tx.Row("SELECT coalesce(max(serial), 0) FROM card_events WHERE member = ?", number).Scan(&last); err != nil {
		return 0, err
	}
	if last >= maxSerial {
		return 0, fault.Refused("member.card_serials_used", fault.Params{"number": PrintNumber(number)})
	}
	if err := revokeCard(tx, number, p.CardSerial); err != nil {
		return 0, err
	}
	tellCard(tx, app, number)
	if err := notice.Keep(tx, app, notice.Notice{Member: number, Kind: told, Subject: strconv.FormatInt(last+1, 10)}); err != nil {
		return 0, err
	}
	return last + 1, issueCard(tx, number, last+1)
}

// maxSerial is the largest serial that a card's code can hold.
const maxSerial = 1<<16 - 1

// tellCard tells the tills and the member that a card changed.
func tellCard(tx *act.Tx, app core.App, number int64) {
	notice.TellTills(tx, app, "card", PrintNumber(number))
	notice.Tell(tx, app, number, "card", PrintNumber(number))
}
