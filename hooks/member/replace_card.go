package member

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// ReplaceCard kills a member's card and issues the next serial.
type ReplaceCard struct {
	Reason string `json:"reason"` // lost, changed
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
	return act.Do(ctx, app, a, func(tx *act.Tx) (Replaced, error) {
		p, err := Find(tx, number)
		if err != nil {
			return Replaced{}, err
		}
		if p.Status != Active {
			return Replaced{}, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
		}
		var last int64
		if err := tx.Row("SELECT coalesce(max(serial), 0) FROM card_events WHERE member = ?", number).Scan(&last); err != nil {
			return Replaced{}, err
		}
		if last >= maxSerial {
			return Replaced{}, fault.Refused("member.card_serials_used", fault.Params{"number": PrintNumber(number)})
		}
		if err := revokeCard(tx, number, p.CardSerial); err != nil {
			return Replaced{}, err
		}
		tellCard(tx, app, number)
		return Replaced{last + 1, in.Reason}, issueCard(tx, number, last+1)
	})
}

// maxSerial is the largest serial that a card's code can hold.
const maxSerial = 1<<16 - 1

// tellCard tells the tills and the member that a card changed.
func tellCard(tx *act.Tx, app core.App, number int64) {
	notice.TellTills(tx, app, "card", PrintNumber(number))
	notice.Tell(tx, app, number, "card", PrintNumber(number))
}
