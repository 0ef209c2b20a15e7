package member

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// An invitation's code lives as long as letters need to be handed out, and bears five tries.
const (
	invitationLife = 30 * 24 * time.Hour
	// InvitationTries is how many wrong codes or identities end an invitation.
	InvitationTries = 5
	maxLetters      = 500
)

// InvitationCode is what stands in an invited person's letter. It is shown in the answer to the act that
// made it, and kept nowhere.
type InvitationCode struct {
	Code      string    `json:"code"`
	Identity  string    `json:"identity"` // the number, as printed
	ExpiresAt time.Time `json:"expires_at"`
}

// letter is one invitation with the code that its act does not remember.
type letter struct {
	number     int64
	name, unit string
	code       string
	hash       []byte
	expires    time.Time
}

// IssueInvitation makes the code of one invited person; an earlier one is void.
func IssueInvitation(ctx context.Context, app core.App, key string, by act.Actor, number int64) (InvitationCode, bool, error) {
	letters, replayed, err := issueInvitations(ctx, app, key, by, []int64{number})
	if err != nil {
		return InvitationCode{}, replayed, err
	}
	return InvitationCode{keys.PrintCode(letters[0].code), PrintNumber(number), letters[0].expires}, replayed, nil
}

// issueInvitations makes codes in a chain of acts. What was lost on the way back is lost: the same key
// again is refused, for nobody knows its codes any more.
func issueInvitations(ctx context.Context, app core.App, key string, by act.Actor, numbers []int64) ([]letter, bool, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, false, err
	}
	letters := make([]letter, len(numbers))
	byNumber := map[int64]*letter{}
	for i, n := range numbers {
		code := keys.NewCode()
		letters[i] = letter{number: n, code: code, hash: ring.HashCode("invitation", PrintNumber(n)+code)}
		byNumber[n] = &letters[i]
	}
	whole := digest(numbers)
	replayed, err := inChunks(key, numbers, recordChunk, func(key string, part []int64) (bool, error) {
		a := act.Act{Kind: "member.issue_invitation", Key: key, By: by, Input: struct {
			Whole string
			Part  []int64
		}{whole, part}}
		out, again, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (time.Time, error) {
			expires := tx.Now().Add(invitationLife).Truncate(time.Second)
			for _, n := range part {
				if err := mayBeInvited(tx, n); err != nil {
					return expires, err
				}
			}
			for _, n := range part {
				if err := vacateUsed(tx, n); err != nil { // who comes by the letter is the person
					return expires, err
				}
				if err := tx.Exec(`INSERT INTO invitations(member, hash, expires_at, tries, act) VALUES(?, ?, ?, 0, ?)
					ON CONFLICT(member) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, tries = 0, act = excluded.act`,
					n, byNumber[n].hash, expires.UnixMilli(), tx.ID()); err != nil {
					return expires, err
				}
			}
			return expires, nil
		})
		for _, n := range part {
			byNumber[n].expires = out
		}
		return again, err
	})
	if err == nil && replayed {
		err = fault.Refused("login.code_shown_once")
	}
	return letters, replayed, err
}

// mayBeInvited holds an invitation to people who were asked and have not applied yet.
func mayBeInvited(r act.Reader, number int64) error {
	p, err := Find(r, number)
	if err != nil {
		return err
	}
	if p.Status != Invited {
		return fault.Refused("member.not_invited", fault.Params{"number": PrintNumber(number), "status": string(p.Status)})
	}
	if waits, err := applicationWaits(r, number); err != nil || waits {
		if waits {
			err = fault.Refused("member.application_waits", fault.Params{"number": PrintNumber(number)})
		}
		return err
	}
	return nil
}

// InvitationHash is what the file knows of a code for a number.
func InvitationHash(app core.App, number int64, typed string) ([]byte, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	return ring.HashCode("invitation", PrintNumber(number)+keys.ReadCode(typed)), nil
}
