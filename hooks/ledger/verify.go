package ledger

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger/book"
)

// Check is one named question to the books. It reads a snapshot, tells how many things it looked at,
// and names what is wrong; it says nothing when all is right. An error means that it could not look.
type Check struct {
	Name string
	Run  func(ctx context.Context, r act.Reader) (checked int, findings []string, err error)
}

// Report is what a verification found.
type Report struct {
	OK      bool     `json:"ok"`
	Seconds float64  `json:"seconds"`
	Entries int64    `json:"entries"`
	Head    HeadSeal `json:"head"`
	Rows    HeadSeal `json:"rows,omitzero"` // the newest seal of rows
	Checks  []Result `json:"checks"`
}

// HeadSeal is the end of the chain, as receipts print it.
type HeadSeal struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Result is what one check found.
type Result struct {
	Name     string   `json:"name"`
	OK       bool     `json:"ok"`
	Checked  int      `json:"checked"`
	Findings []string `json:"findings"`
}

const (
	maxFindings = 20
	checksKey   = "kpdk.checks"
	verifyKey   = "kpdk.verifying"
	maxWaiting  = 8
)

// queue lets one verification run and a few wait: each reads the whole ledger.
type queue struct{ running, waiting chan struct{} }

func newQueue() any {
	return queue{make(chan struct{}, 1), make(chan struct{}, maxWaiting+1)}
}

// enter waits for its turn; leave ends it. Beyond maxWaiting nobody is let in, and who goes away meanwhile
// gives up the place.
func (q queue) enter(ctx context.Context) (leave func(), err error) {
	select {
	case q.waiting <- struct{}{}:
	default:
		return nil, fault.Refused("ledger.verify_running")
	}
	select {
	case q.running <- struct{}{}:
		return func() { <-q.running; <-q.waiting }, nil
	case <-ctx.Done():
		<-q.waiting
		return nil, ctx.Err()
	}
}

// RegisterChecks adds a room's checks to the app's; a name that is already there is replaced, so that
// an app which is wired twice does not check twice.
func RegisterChecks(app core.App, checks ...Check) {
	all, _ := app.Store().Get(checksKey).([]Check)
	all = slices.Clone(all)
	for _, c := range checks {
		if i := slices.IndexFunc(all, func(have Check) bool { return have.Name == c.Name }); i >= 0 {
			all[i] = c
			continue
		}
		all = append(all, c)
	}
	app.Store().Set(checksKey, all)
}

// Checks lists the ledger's own checks and then the rooms'.
func Checks(app core.App) []Check {
	rooms, _ := app.Store().Get(checksKey).([]Check)
	return append(own(), rooms...)
}

// Watcher follows a verification; either function may be missing.
type Watcher struct {
	Lines func(done, total int) // how many journal lines were read
	Check func(Result)          // a check ended
}

// Verify runs every check over one snapshot of the books, so that a running till changes nothing
// between two of them. One verification runs at a time, a second one waits for its turn.
func Verify(ctx context.Context, app core.App, progress func(done, total int)) (Report, error) {
	return Watch(ctx, app, Checks(app), Watcher{Lines: progress})
}

// VerifyFast asks only what is answered in a moment, however long the journal is.
func VerifyFast(ctx context.Context, app core.App, w Watcher) (Report, error) {
	return Watch(ctx, app, quick(), w)
}

// Watch runs some checks and lets somebody follow.
func Watch(ctx context.Context, app core.App, checks []Check, w Watcher) (Report, error) {
	leave, err := app.Store().GetOrSet(verifyKey, newQueue).(queue).enter(ctx)
	if err != nil {
		return Report{}, err
	}
	defer leave()
	start, report := time.Now(), Report{OK: true}
	err = act.Snapshot(ctx, app, func(r act.Reader) error {
		hash, seq, err := Head(r)
		if err != nil {
			return err
		}
		report.Head, report.Entries = HeadSeal{seq, hex.EncodeToString(hash)}, seq
		if report.Rows, err = RowHead(r); err != nil {
			return err
		}
		p := &pass{}
		if w.Lines != nil {
			total, err := countLines(r)
			if err != nil {
				return err
			}
			p.progress = func(lines int64) { w.Lines(int(min(lines, total)), int(total)) }
		}
		ctx := context.WithValue(ctx, passKey{}, p)
		for _, c := range checks {
			result, err := runCheck(ctx, r, c)
			if err != nil {
				return err
			}
			report.OK = report.OK && result.OK
			report.Checks = append(report.Checks, result)
			if w.Check != nil {
				w.Check(result)
			}
		}
		return nil
	})
	report.Seconds = time.Since(start).Round(time.Millisecond).Seconds()
	return report, err
}

// countLines is how many lines the journal has, by what is kept of them: counting ten million takes a second.
func countLines(r act.Reader) (n int64, err error) {
	tail, err := tailStart(r)
	if err != nil {
		return 0, err
	}
	err = r.Row("SELECT (SELECT coalesce(sum(lines), 0) FROM account_blocks) + (SELECT count(*) FROM journal_lines WHERE entry >= ?)", tail).Scan(&n)
	return n, err
}

type passKey struct{}

// pass is what the checks of one verification share: the walk, and who follows it.
type pass struct {
	progress func(lines int64)
	entries  func(entries int64)
	walk     *walk
	err      error
}

// walked is the verification's walk over all lines, made by the first check that asks; a check that runs by
// itself walks by itself.
func walked(ctx context.Context, r act.Reader) (*walk, error) {
	p, _ := ctx.Value(passKey{}).(*pass)
	if p == nil {
		p = &pass{}
	}
	if p.walk == nil && p.err == nil {
		if p.walk, p.err = startWalk(ctx, r, book.Genesis); p.err == nil {
			p.err = p.walk.run(ctx, r, firstEntry, noEntry-1)
		}
	}
	return p.walk, p.err
}

// progressOf is whom a walk tells how far it is.
func progressOf(ctx context.Context) func(entries, lines int64) {
	p, _ := ctx.Value(passKey{}).(*pass)
	return func(entries, lines int64) {
		switch {
		case p == nil:
		case p.progress != nil:
			p.progress(lines)
		case p.entries != nil:
			p.entries(entries)
		}
	}
}

// runCheck makes an error of one check its finding: a table that somebody took away must not keep the
// other checks from speaking.
func runCheck(ctx context.Context, r act.Reader, c Check) (Result, error) {
	checked, findings, err := c.Run(ctx, r)
	if stop := ctx.Err(); stop != nil {
		return Result{}, stop
	}
	if err != nil {
		findings = append(findings, Finding(ctx, "verify.unreadable", map[string]any{"error": err}))
	}
	if more := len(findings) - maxFindings; more > 1 { // one more is the "and N more" of Findings
		findings = append(findings[:maxFindings:maxFindings], Finding(ctx, "verify.more", map[string]any{"count": more}))
	}
	if findings == nil {
		findings = []string{}
	}
	return Result{c.Name, len(findings) == 0, checked, findings}, nil
}

type languageKey struct{}

// InLanguage makes the findings of a verification speak a language.
func InLanguage(ctx context.Context, language string) context.Context {
	return context.WithValue(ctx, languageKey{}, language)
}

// Finding says what a check found in the language of the verification.
func Finding(ctx context.Context, key string, params map[string]any) string {
	language, _ := ctx.Value(languageKey{}).(string)
	return words.Say(words.Pick(language), key, params)
}

// Findings collects what a check finds without keeping more than can be told: the first ones in
// words, the rest as a count.
type Findings struct {
	ctx  context.Context
	said []string
	more int
}

// NewFindings starts a collection for one check.
func NewFindings(ctx context.Context) *Findings { return &Findings{ctx: ctx} }

// Add notes one thing that is wrong.
func (f *Findings) Add(key string, params map[string]any) {
	if len(f.said) >= maxFindings {
		f.more++
		return
	}
	f.said = append(f.said, Finding(f.ctx, key, params))
}

// List is what was found, in order.
func (f *Findings) List() []string {
	if f.more == 0 {
		return f.said
	}
	return append(slices.Clone(f.said), Finding(f.ctx, "verify.more", map[string]any{"count": f.more}))
}

// Each notes a finding for every row of a query that looks for what is wrong. Names are the
// placeholders that the row's columns fill, in order.
func (f *Findings) Each(r act.Reader, key, query string, args []any, names ...string) error {
	return act.Each(r, query, args, func(row act.Scanner) error {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := row.Scan(into...); err != nil {
			return err
		}
		params := make(map[string]any, len(names))
		for i, name := range names {
			if values[i] == nil {
				values[i] = "–"
			}
			params[name] = values[i]
		}
		f.Add(key, params)
		return f.ctx.Err()
	})
}

// Done ends a check: what it looked at, what it found, and whether it could look.
func (f *Findings) Done(checked int64, err error) (int, []string, error) {
	return int(checked), f.List(), err
}
