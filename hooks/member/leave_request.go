package member

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

const maxLeaveNote = 300

// LeaveRequest is a member's own wish to leave. Membership is voluntary both ways (UU 25/1992, article 5):
// the co-op settles, it does not permit.
type LeaveRequest struct {
	Reason string `json:"reason"` // resigned, retired, moved
}

// LeaveAsked is the wish as it was noted.
type LeaveAsked struct {
	Number int64 `json:"number"`
	LeaveRequest
}

// AskToLeave notes that a member wants to leave. Nothing is settled yet, and it can be taken back until then.
func AskToLeave(ctx context.Context, app core.App, key string, by act.Actor, in LeaveRequest) (LeaveAsked, bool, error) {
	var problems fault.Input
	problems.Check(slices.Contains(leaveReasons, in.Reason) && in.Reason != deceased, "reason", "member.leave_reason")
	if err := problems.Err(); err != nil {
		return LeaveAsked{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "member.ask_leave", Key: key, Input: in, By: by}, func(tx *act.Tx) (LeaveAsked, error) {
		out := LeaveAsked{by.Number, in}
		p, err := Find(tx, by.Number)
		if err != nil {
			return out, err
		}
		if p.Status == Left {
			return out, fault.Refused("member.left_already", fault.Params{"number": PrintNumber(p.Number)})
		}
		if _, open, err := openLeaveRequest(tx, p.Number); err != nil || open {
			if open {
				err = fault.Refused("member.leave_asked_already")
			}
			return out, err
		}
		if err := tx.Exec("INSERT INTO leave_requests(act, member, reason) VALUES(?, ?, ?)", tx.ID(), p.Number, in.Reason); err != nil {
			return out, err
		}
		tellLeaving(tx, app, p.Number)
		return out, notice.Keep(tx, app, notice.Notice{Member: p.Number, Kind: notice.LeaveAsked})
	})
}

// TakeLeaveBack ends the member's own request.
func TakeLeaveBack(ctx context.Context, app core.App, key string, by act.Actor) (LeaveAsked, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "member.withdraw_leave", Key: key, Input: by.Number, By: by}, func(tx *act.Tx) (LeaveAsked, error) {
		return endLeaveRequest(tx, app, by.Number, "withdrawn")
	})
}

// RefuseLeave answers a request that can't be followed now, with the reason told to the member.
func RefuseLeave(ctx context.Context, app core.App, key string, by act.Actor, number int64, reason string) (LeaveAsked, bool, error) {
	reason = strings.TrimSpace(reason)
	var problems fault.Input
	problems.Check(reason != "", "reason", "input.required")
	problems.Check(len(reason) <= maxLeaveNote, "reason", "input.too_long", fault.Params{"max": maxLeaveNote})
	if err := problems.Err(); err != nil {
		return LeaveAsked{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "member.refuse_leave", Key: key, Input: number, By: by, Note: reason}, func(tx *act.Tx) (LeaveAsked, error) {
		return endLeaveRequest(tx, app, number, "refused")
	})
}

func endLeaveRequest(tx *act.Tx, app core.App, number int64, how string) (out LeaveAsked, err error) {
	out.Number = number
	request, open, err := openLeaveRequest(tx, number)
	if err == nil && !open {
		err = fault.Refused("member.leave_not_asked")
	}
	if err != nil {
		return out, err
	}
	if err := tx.Row("SELECT reason FROM leave_requests WHERE act = ?", request).Scan(&out.Reason); err != nil {
		return out, err
	}
	if err := decideLeave(tx, request, how); err != nil {
		return out, err
	}
	tellLeaving(tx, app, number)
	if how == "refused" {
		err = notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.LeaveNo})
	}
	return out, err
}

func decideLeave(tx *act.Tx, request int64, how string) error {
	return tx.Exec("INSERT INTO leave_decisions(request, kind, act) VALUES(?, ?, ?)", request, how, tx.ID())
}

// openLeaveRequest finds the request of a member that nobody has answered.
func openLeaveRequest(r act.Reader, number int64) (request int64, open bool, err error) {
	err = r.Row("SELECT q.act FROM leave_requests q WHERE q.member = ? AND NOT EXISTS(SELECT 1 FROM leave_decisions d WHERE d.request = q.act)", number).Scan(&request)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return request, err == nil, err
}

func tellLeaving(tx *act.Tx, app core.App, number int64) {
	notice.Tell(tx, app, number, "leaving", PrintNumber(number))
	tx.AfterCommit(func() {
		notice.Publish(app, notice.Books, struct {
			What string `json:"what"`
		}{"leaving"})
	})
}

// LastLeaveRequest is a member's newest request and what became of it.
type LastLeaveRequest struct {
	Reason string     `json:"reason"`
	On     clock.Date `json:"on"`
	State  string     `json:"state"` // open, withdrawn, refused, settled
	Answer string     `json:"answer,omitempty"`
}

func lastLeaveRequest(r act.Reader, c *clock.Clock, number int64) (*LastLeaveRequest, error) {
	var q LastLeaveRequest
	var at int64
	err := r.Row(`SELECT q.reason, a.at, coalesce(d.kind, 'open'), CASE d.kind WHEN 'refused' THEN coalesce(t.text, '') ELSE '' END
		FROM leave_requests q JOIN acts a ON a.id = q.act LEFT JOIN leave_decisions d ON d.request = q.act LEFT JOIN act_notes t ON t.act = d.act
		WHERE q.member = ? ORDER BY q.act DESC LIMIT 1`, number).Scan(&q.Reason, &at, &q.State, &q.Answer)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	q.On = dateOf(c, at)
	return &q, err
}
