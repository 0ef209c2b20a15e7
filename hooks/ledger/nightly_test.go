package ledger_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
)

// A business date is verified once; when the books are wrong the managers are told, with the entry.
func TestEveryNightTheBooksAreVerifiedOnce(t *testing.T) {
	app := lived(t)
	app.Manager()
	app.Settings().SMTP.Enabled = true
	night := func(again bool) ledger.Night {
		t.Helper()
		n, err := ledger.KeepNight(context.Background(), app, again)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	acts := func() (n int) {
		t.Helper()
		if err := act.Read(app).Row("SELECT count(*) FROM acts WHERE kind = 'ledger.verify'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if first, second := night(false), night(false); !first.OK || first.Date != "2026-11-03" || first.Entries != 5 || second.Head != first.Head || acts() != 1 {
		t.Errorf("%+v, then %+v, by %d acts", first, second, acts())
	}
	if n := app.TestMailer.TotalSend(); n != 0 {
		t.Errorf("%d letters though all is right", n)
	}
	f := forger{t, rawDB(t, app)}
	f.quietly("UPDATE journal_lines SET amount = amount * 2 WHERE entry = 3")
	app.Travel(testapp.Now.Add(3 * 24 * time.Hour)) // the machine slept through two nights
	wrong := night(false)
	if wrong.OK || wrong.Date != "2026-11-06" || wrong.Findings < 2 || acts() != 2 {
		t.Errorf("%+v by %d acts", wrong, acts())
	}
	if n := app.TestMailer.TotalSend(); n != 1 {
		t.Fatalf("%d letters, want one", n)
	}
	if letter := app.TestMailer.LastMessage(); !strings.Contains(letter.Text, "jurnal 3 ") || !strings.Contains(letter.Text, "@5") || !strings.Contains(letter.Subject, "perlu dilihat") {
		t.Errorf("%s\n%s", letter.Subject, letter.Text)
	}
	f.quietly("UPDATE journal_lines SET amount = amount / 2 WHERE entry = 3")
	if right := night(true); !right.OK || right.Date != wrong.Date {
		t.Errorf("looked at again: %+v", right)
	}
	nights, err := ledger.Nights(act.Read(app), clock.Of(app), 10)
	if err != nil || len(nights) != 2 || nights[0].Date != "2026-11-06" || !nights[0].OK || len(nights[1].Checks) < 10 {
		t.Errorf("%+v (%v)", nights, err)
	}
}

// The page hears how far a verification is, each check as it ends, and at last the report.
func TestAVerificationIsFollowed(t *testing.T) {
	d := open(t, lived(t))
	ask, err := http.NewRequest("GET", d.url+"/api/coop/ledger/verify/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Authorization", d.tokens[act.Supervisor])
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Get("Content-Type"); got != "application/x-ndjson" {
		t.Errorf("it comes as %s", got)
	}
	checks, lines, report := 0, 0, ledger.Report{}
	for line := bufio.NewScanner(answer.Body); line.Scan(); {
		var step struct {
			Lines  *int
			Total  int
			Check  *ledger.Result
			Report *ledger.Report
		}
		if err := json.Unmarshal(line.Bytes(), &step); err != nil {
			t.Fatal(err)
		}
		switch {
		case step.Lines != nil:
			if lines = *step.Lines; step.Total != 10 {
				t.Errorf("of %d lines", step.Total)
			}
		case step.Check != nil:
			checks++
		case step.Report != nil:
			report = *step.Report
		}
	}
	if lines != 10 || !report.OK || checks != len(report.Checks) || checks < 10 {
		t.Errorf("%d lines, %d checks, %+v", lines, checks, report)
	}
}
