package notice

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// A notice to everybody on a month's list goes out by e-mail in a round, by member's number: a few letters at a time,
// between the letters to one person, for as long as there is something to look at. How far it has come lies in
// notice_rounds, who has to be tried again in notice_round_waits.
const (
	roundBatch = 20
	// roundFails ends a pass over a round: the mail server refuses, or is away, and is asked again at the next beat.
	roundFails = 5
)

// round carries on with the oldest notice of many that is not done. More: there is something left to do now.
func round(ctx context.Context, app core.App) (sent int, more bool, err error) {
	r, c := act.Read(app), clock.Of(app)
	var d due
	var upto int64
	err = r.Row(`SELECT n.id, n.kind, n.subject, a.at, coalesce(o.upto, 0) FROM notices n JOIN acts a ON a.id = n.act LEFT JOIN notice_rounds o ON o.notice = n.id
		WHERE n.mail = 1 AND n.member = 0 AND coalesce(o.done, 0) = 0 ORDER BY n.id LIMIT 1`).Scan(&d.id, &d.kind, &d.subject, &d.at, &upto)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	news, err := stillNews(r, d, c.Now(), c.Today())
	if err != nil {
		return 0, false, err
	}
	if !news {
		return 0, true, endRound(app, d.id, upto)
	}
	all, err := onList(r, d, upto, c.Now().UnixMilli())
	if err != nil {
		return 0, false, err
	}
	failed := 0
	for _, member := range all {
		if ctx.Err() != nil {
			return sent, false, nil
		}
		d.member, d.tries = member.number, member.tries
		state, err := d.sendOne(ctx, app)
		if err != nil {
			return sent, false, err
		}
		switch state {
		case "sent":
			sent++
		case "waiting":
			failed++
		}
		if failed >= roundFails {
			return sent, false, nil
		}
	}
	if len(all) > 0 {
		return sent, failed == 0 || len(all) == roundBatch, nil
	}
	var waiting bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM notice_round_waits WHERE notice = ?)", d.id).Scan(&waiting); err != nil || waiting {
		return 0, false, err
	}
	return 0, true, endRound(app, d.id, upto)
}

// stillNews says whether members can still do something about what they are told: until the day on which a list's
// preview ends, and not where it never waited for them.
func stillNews(r act.Reader, d due, now time.Time, today clock.Date) (bool, error) {
	var until clock.Date
	err := r.Row("SELECT until FROM payroll_previews WHERE period = ? ORDER BY id DESC LIMIT 1", d.subject).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return until >= today && now.Sub(time.UnixMilli(d.at)) < mailAge, err
}

// listed is somebody whose letter may go out; tried before, where tries is above 0.
type listed struct {
	number int64
	tries  int
}

// onList are those to try again, and the next on the list who have an address of their own.
func onList(r act.Reader, d due, upto, now int64) (all []listed, err error) {
	err = act.Each(r, `SELECT member, tries FROM (SELECT member, tries FROM notice_round_waits WHERE notice = ?1 AND next_at <= ?2
		UNION ALL SELECT number, 0 FROM (SELECT CAST(w.number AS INTEGER) AS number FROM members w WHERE w.number > ?3 AND w.email <> '' AND w.verified
			AND EXISTS(SELECT 1 FROM payroll_lines l WHERE l.period = ?4 AND l.member = w.number) ORDER BY w.number LIMIT ?5)) ORDER BY tries, member LIMIT ?5`,
		[]any{d.id, now, upto, d.subject, roundBatch}, func(row act.Scanner) error {
			var it listed
			err := row.Scan(&it.number, &it.tries)
			all = append(all, it)
			return err
		})
	return all, err
}

// sendOne sends one letter of a round and notes it in one transaction: a crash between the two sends it again.
func (d due) sendOne(ctx context.Context, app core.App) (state string, err error) {
	before := d.tries
	state, next, tries, err := d.carry(ctx, app)
	if err != nil || state == "" {
		return "", err
	}
	return state, app.RunInTransaction(func(txApp core.App) error {
		query := "DELETE FROM notice_round_waits WHERE notice = {:notice} AND member = {:member}"
		if state == "waiting" {
			query = `INSERT INTO notice_round_waits(notice, member, tries, next_at) VALUES({:notice}, {:member}, {:tries}, {:next})
				ON CONFLICT DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at`
		}
		if _, err := txApp.NonconcurrentDB().NewQuery(query).Bind(dbx.Params{"notice": d.id, "member": d.member, "tries": tries, "next": next}).Execute(); err != nil || before > 0 {
			return err
		}
		return noteRound(txApp, d.id, d.member, false)
	})
}

// endRound forgets who was to be tried again.
func endRound(app core.App, id, upto int64) error {
	return app.RunInTransaction(func(txApp core.App) error {
		if _, err := txApp.NonconcurrentDB().NewQuery("DELETE FROM notice_round_waits WHERE notice = {:notice}").Bind(dbx.Params{"notice": id}).Execute(); err != nil {
			return err
		}
		return noteRound(txApp, id, upto, true)
	})
}

func noteRound(app core.App, id, upto int64, done bool) error {
	_, err := app.NonconcurrentDB().NewQuery(`INSERT INTO notice_rounds(notice, upto, done) VALUES({:notice}, {:upto}, {:done})
		ON CONFLICT(notice) DO UPDATE SET upto = max(upto, excluded.upto), done = excluded.done`).Bind(dbx.Params{"notice": id, "upto": upto, "done": done}).Execute()
	return err
}
