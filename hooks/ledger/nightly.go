package ledger

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/notice"
)

// Night is what the verification of a business date found.
type Night struct {
	Date     clock.Date `json:"date"`
	At       string     `json:"at"`
	Findings int        `json:"count"` // of all checks; 0 when the books are right
	Report
}

// KeepNight verifies the books, keeps what came out as the business date's result, and tells the managers
// when something is wrong. A date that has its result keeps it unless it is asked for again: whoever starts
// a server wants to know what the file holds now.
func KeepNight(ctx context.Context, app core.App, again bool) (Night, error) {
	today := clock.Of(app).Today()
	if !again {
		nights, err := Nights(act.Read(app), clock.Of(app), 1)
		if err != nil {
			return Night{}, err
		}
		if len(nights) > 0 && nights[0].Date == today {
			return nights[0], nil
		}
	}
	report, err := Verify(InLanguage(ctx, ""), app, nil)
	if err != nil {
		return Night{}, err
	}
	night, _, err := act.Do(ctx, app, act.Act{Kind: "ledger.verify", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (Night, error) {
		n := Night{Date: tx.Today(), At: tx.Now().In(tx.Clock().Zone()).Format(time.RFC3339), Report: report}
		for _, c := range report.Checks {
			n.Findings += len(c.Findings)
		}
		checks, err := json.Marshal(report.Checks)
		if err != nil {
			return n, err
		}
		return n, tx.Exec(`INSERT INTO verifications(date, at, seconds, entries, seq, hash, ok, findings, checks) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT(date) DO UPDATE SET at = excluded.at, seconds = excluded.seconds, entries = excluded.entries, seq = excluded.seq, hash = excluded.hash,
				ok = excluded.ok, findings = excluded.findings, checks = excluded.checks`,
			string(n.Date), tx.Now().UnixMilli(), report.Seconds, report.Entries, report.Head.Seq, report.Head.Hash, report.OK, n.Findings, string(checks))
	})
	if err != nil {
		return night, err
	}
	if err := SealRows(ctx, app); err != nil {
		app.Logger().Error("what happened could not be sealed", "error", err)
	}
	notice.Publish(app, notice.Books, map[string]any{"what": "verify", "date": night.Date, "ok": night.OK})
	if !night.OK {
		app.Logger().Error("the books are not right", "findings", night.Findings, "head", night.Head.Short())
		if err := notice.MailManagers(app, words.Say("", "notice.books_wrong", map[string]any{"count": night.Findings}), night.letter()); err != nil {
			app.Logger().Error("the managers could not be told by mail", "error", err)
		}
	}
	return night, nil
}

// letter is what the managers are told: where to look, then every finding.
func (n Night) letter() string {
	var b strings.Builder
	b.WriteString(words.Say("", "notice.books_wrong_text", map[string]any{"date": n.Date, "head": n.Head.Short()}) + "\n")
	for _, c := range n.Checks {
		if c.OK {
			continue
		}
		b.WriteString("\n" + c.Name + "\n")
		for _, finding := range c.Findings {
			b.WriteString("- " + finding + "\n")
		}
	}
	return b.String()
}

// Nights are the last kept verifications, newest first.
func Nights(r act.Reader, at *clock.Clock, limit int) ([]Night, error) {
	nights := []Night{}
	err := act.Each(r, "SELECT date, at, seconds, entries, seq, hash, ok, findings, checks FROM verifications ORDER BY date DESC LIMIT ?", []any{limit}, func(row act.Scanner) error {
		var n Night
		var ms int64
		var checks string
		if err := row.Scan(&n.Date, &ms, &n.Seconds, &n.Entries, &n.Head.Seq, &n.Head.Hash, &n.OK, &n.Findings, &checks); err != nil {
			return err
		}
		n.At = time.UnixMilli(ms).In(at.Zone()).Format(time.RFC3339)
		nights = append(nights, n)
		return json.Unmarshal([]byte(checks), &nights[len(nights)-1].Checks)
	})
	return nights, err
}
