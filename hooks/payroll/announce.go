package payroll

import (
	"context"
	"database/sql"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// announce keeps the day that members are told with the first draft of a month: the policy's days after the
// cut-off, or after a draft that came later than it, and before the pay; none where the policy asks for no days. A
// draft written anew, and a policy that changes, move it no more.
func announce(tx *act.Tx, p clock.Period) error {
	if _, told, err := announced(tx, p); told || err != nil {
		return err
	}
	cal, err := CalendarFor(tx, p)
	if err != nil {
		return err
	}
	cal.Cutoff = max(cal.Cutoff, tx.Today())
	until, err := plannedPreview(tx, cal)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO payroll_previews(period, until, act) VALUES(?, ?, ?)", string(p), string(until), tx.ID())
}

// announced is the day that members were told, empty where nothing waits for them; a month that was left out and
// taken up again is told anew.
func announced(r act.Reader, p clock.Period) (until clock.Date, told bool, err error) {
	err = r.Row("SELECT until FROM payroll_previews WHERE period = ? AND act > coalesce((SELECT max(act) FROM payroll_skips WHERE period = ?), 0) ORDER BY id DESC LIMIT 1", string(p), string(p)).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return until, err == nil, err
}

// plannedPreview is empty where the policy gives no days to look: then the list is locked when it is drafted. The
// pay ends the days, unless its day has come already: members look as long at a list that is drafted too late.
func plannedPreview(r act.Reader, c Calendar) (clock.Date, error) {
	days, err := policy.PreviewDays.On(r, c.Cutoff)
	if days == 0 {
		return "", err
	}
	until := c.Cutoff.Add(int(days))
	if c.Cutoff < c.PayDate {
		until = min(until, c.PayDate.Add(-1))
	}
	return until, err
}

// PreviewUntil is the last day on which members may look at a draft and object: the one they were told, or the
// one that is planned; empty where the list need not wait for them.
func PreviewUntil(r act.Reader, c Calendar) (clock.Date, error) {
	until, told, err := announced(r, c.Period)
	if told || err != nil {
		return until, err
	}
	return plannedPreview(r, c)
}

// looking says whether members who were told may still look at a draft: nobody was told where no one on the list
// has ever come in.
func looking(r act.Reader, p clock.Period, today clock.Date) (until clock.Date, still bool, err error) {
	until, told, err := announced(r, p)
	if err != nil || !told || today > until {
		return until, false, err
	}
	err = r.Row(`SELECT EXISTS(SELECT 1 FROM (SELECT record FROM sessions WHERE login = 'members' UNION SELECT record FROM login_events WHERE login = 'members') e
		CROSS JOIN members m ON m.id = e.record CROSS JOIN payroll_lines l ON l.period = ? AND l.member = CAST(m.number AS INT) AND l.requested > 0)`, string(p)).Scan(&still)
	return until, still, err
}

// Early is a manager's word that a list may be locked before members have looked at it as long as they were told,
// and why; they see it.
type Early struct {
	At     string     `json:"at"`
	Until  clock.Date `json:"until"` // what they were told
	Reason string     `json:"reason"`
}

// EarlyAllowed reads it; nil where nobody said so since members were told.
func EarlyAllowed(r act.Reader, p clock.Period) (*Early, error) {
	until, told, err := announced(r, p)
	if err != nil || !told {
		return nil, err
	}
	e := Early{Until: until}
	var at int64
	err = r.Row(`SELECT a.at, coalesce(n.text, '') FROM payroll_events e JOIN acts a ON a.id = e.act LEFT JOIN act_notes n ON n.act = e.act
		WHERE e.period = ? AND e.step = ? AND e.act > (SELECT max(act) FROM payroll_previews WHERE period = ?) ORDER BY e.id DESC LIMIT 1`, string(p), stepEarly, string(p)).Scan(&at, &e.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	e.At = time.UnixMilli(at).UTC().Format(time.RFC3339)
	return &e, err
}

// AllowEarly lets a list be locked before members have looked as long as they were told. It is a step of its own,
// so that the manager who says so may still be the second person who sends the list.
func AllowEarly(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, reason string) (Step, bool, error) {
	reason = document.CleanText(reason)
	var bad fault.Input
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(utf8.RuneCountInString(reason) <= maxObjectionText, "reason", "input.too_long", fault.Params{"max": maxObjectionText})
	if err := bad.Err(); err != nil {
		return Step{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.allow_early", Key: key, Input: p, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		h, err := existing(tx, p)
		if err == nil && frozen(h.State) {
			err = fault.Refused("payroll.locked_already", fault.Params{"period": p})
		}
		if err != nil {
			return Step{}, err
		}
		if err := previewOver(tx, p, tx.Today()); err == nil {
			return Step{}, fault.Refused("payroll.preview_over")
		} else if !fault.IsFault(err) {
			return Step{}, err
		}
		notice.TellMembers(tx, app, "draft", string(p))
		tell(tx, app, p)
		return Step{Period: p, State: h.State}, note(tx, p, stepEarly, stepUnitEmpty)
	})
}

// mayLock says whether somebody may freeze a draft now: its purchases are over, it was drafted since, members have
// looked at it, and it is the last drafter who locks it, so that one other person is left to send it.
func mayLock(r act.Reader, h head, by act.Actor, now *clock.Clock) error {
	if now.Today() <= h.Cutoff {
		return fault.Refused("payroll.before_cutoff", fault.Params{"period": h.Period, "cutoff": h.Cutoff})
	}
	var begun int64
	if err := r.Row("SELECT coalesce(max(a.at), 0) FROM payroll_events e JOIN acts a ON a.id = e.act WHERE e.period = ? AND e.step = ?", string(h.Period), stepDrafting).Scan(&begun); err != nil {
		return err
	}
	if now.DateOf(time.UnixMilli(begun)) <= h.Cutoff {
		return fault.Refused("payroll.drafted_before_cutoff", fault.Params{"period": h.Period, "cutoff": h.Cutoff})
	}
	if h.PreparedBy != by.ID && isPerson(h.PreparedRole) && isPerson(by.Role) {
		return fault.Refused("payroll.lock_drafter", fault.Params{"period": h.Period})
	}
	return previewOver(r, h.Period, now.Today())
}

func isPerson(role act.Role) bool { return role != act.Console && role != act.System }

// previewOver refuses to cut short what members were told, unless a manager said why.
func previewOver(r act.Reader, p clock.Period, today clock.Date) error {
	until, still, err := looking(r, p, today)
	if err != nil || !still {
		return err
	}
	early, err := EarlyAllowed(r, p)
	if err == nil && early == nil {
		err = fault.Refused("payroll.preview_running", fault.Params{"until": until})
	}
	return err
}
