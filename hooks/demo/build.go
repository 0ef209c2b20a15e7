// Package demo builds a living co-op to look at: a staff list, members, a shop with months of sales,
// savings and payroll runs. Everything in it is invented, and everything that happens in it happens
// through the same acts that users use, on a clock that travels from the founding to today.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
	"kpdk/hooks/template"
)

// Limits of a demo.
const (
	MinMembers, MaxMembers = 10, 5000
	MinMonths, MaxMonths   = 1, 36
	minDays                = 45 // so that there is a payroll run in it
)

// Plan is what decides a demo: the same plan gives the same story, but for keys, passwords and record ids.
type Plan struct {
	Members, Months int
	Seed            uint64
	Today           clock.Date
	Until           time.Time // nothing happens after it; zero: the story ends in the afternoon of Today
}

// Built tells what a demo holds.
type Built struct {
	Members, Sales, Entries, Runs int64
	From                          clock.Date
	Head                          ledger.HeadSeal
	Logins                        []Login
	PIN                           string
}

// builder is a demo while it is made.
type builder struct {
	Plan
	ctx         context.Context
	app         core.App
	rng, keyRng *rand.Rand
	now         atomic.Pointer[time.Time]
	ring        *keys.Ring
	first       clock.Date // the founding; the shop opens on the next working day
	days        []clock.Date
	staff       []employee
	crew        crew
	goods       []*good
	weights     []int
	suppliers   map[string]string // record ids
	makers      []*person
	queue       []*person // who will join, in order
	people      []*person // who was invited, in order
	runs        []*payrun
	built       Built
}

// Build founds a co-op in an empty folder and lives its story.
func Build(ctx context.Context, app core.App, plan Plan, progress func(n, total int)) (Built, error) {
	b := &builder{Plan: plan, ctx: ctx, app: app, rng: rand.New(rand.NewPCG(plan.Seed, 1)), keyRng: rand.New(rand.NewPCG(plan.Seed, 2))}
	if err := plan.check(); err != nil {
		return Built{}, err
	}
	b.calendar()
	clock.Set(app, func() time.Time { return *b.now.Load() })
	defer clock.Set(app, time.Now)
	if err := b.found(); err != nil {
		return Built{}, fmt.Errorf("demo: founding: %w", err)
	}
	for i, day := range b.days {
		if err := ctx.Err(); err != nil {
			return Built{}, err
		}
		if err := b.live(i, day); err != nil {
			return Built{}, fmt.Errorf("demo: %s: %w", day, err)
		}
		if progress != nil {
			progress(i+1, len(b.days))
		}
	}
	return b.built, b.count()
}

func (p Plan) check() error {
	var in fault.Input
	in.Check(p.Members >= MinMembers && p.Members <= MaxMembers, "members", "demo.members_range", fault.Params{"min": MinMembers, "max": MaxMembers})
	in.Check(p.Months >= MinMonths && p.Months <= MaxMonths, "months", "demo.months_range", fault.Params{"min": MinMonths, "max": MaxMonths})
	_, ok := clock.ParseDate(string(p.Today))
	in.Check(ok, "today", "input.date")
	return in.Err()
}

// holidays that fall on the same date every year; the others move and are left to real co-ops.
var holidays = []string{"01-01", "05-01", "06-01", "08-17", "12-25"}

func isHoliday(d clock.Date) bool {
	for _, h := range holidays {
		if strings.HasSuffix(string(d), h) {
			return true
		}
	}
	return false
}

func isWorking(d clock.Date) bool { return d.Time().Weekday()%6 != 0 && !isHoliday(d) }

// working is the first working day on or after a date.
func working(d clock.Date) clock.Date {
	for !isWorking(d) {
		d = d.Add(1)
	}
	return d
}

// later counts working days on.
func later(d clock.Date, days int) clock.Date {
	for range days {
		d = working(d.Add(1))
	}
	return d
}

// calendar lists the working days of the story.
func (b *builder) calendar() {
	months := b.Today.Period().Add(-b.Months).Day(b.Today.Time().Day())
	b.first = working(min(months, b.Today.Add(-minDays)))
	for d := later(b.first, 1); d <= b.Today; d = later(d, 1) {
		b.days = append(b.days, d)
	}
	b.built.From = b.first
}

// at moves the clock to a minute of a day; a second apart for each act of the same minute.
func (b *builder) at(day clock.Date, minute, second int) {
	t := b.moment(day, minute, second)
	b.now.Store(&t)
}

func (b *builder) moment(day clock.Date, minute, second int) time.Time {
	d := day.Time()
	return time.Date(d.Year(), d.Month(), d.Day(), minute/60, minute%60, second, 0, clock.Of(b.app).Zone()).UTC()
}

// tick lets a few seconds pass between two acts of a list.
func (b *builder) tick() {
	t := b.now.Load().Add(7 * time.Second)
	b.now.Store(&t)
}

// key is the next act's key.
func (b *builder) key() string {
	var random [10]byte
	for i := range random {
		random[i] = byte(b.keyRng.Uint32())
	}
	return ulid.From(*b.now.Load(), random)
}

// id is a record id of the seed's, as PocketBase writes them.
func (b *builder) id() string {
	id := make([]byte, core.DefaultIdLength)
	for i := range id {
		id[i] = core.DefaultIdAlphabet[b.keyRng.IntN(len(core.DefaultIdAlphabet))]
	}
	return string(id)
}

// found makes the co-op, its people and its shop, on a day on which the shop is still closed.
func (b *builder) found() error {
	b.at(b.first, 7*60, 0)
	who := template.Identity{Name: "Koperasi Pegawai Departemen Koperasi (contoh)", ShortName: "kpdk",
		Tagline: "Koperasi belanja pegawai yang bukunya bisa dibaca siapa saja.", City: "Jakarta", Demo: true}
	if _, _, err := template.Found(b.ctx, b.app, template.Default(), who); err != nil {
		return err
	}
	ring, err := keys.Of(b.app)
	if err != nil {
		return err
	}
	b.ring = ring
	for _, step := range []func() error{b.hire, b.furnishWindow, b.writeNews, b.decideHolidays, b.decideInterest, b.decideMargin, b.enlist, b.furnish, b.welcome, b.nameMakers, b.planRuns} {
		b.tick()
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// decideHolidays tells the payroll calendar on which days nobody works.
func (b *builder) decideHolidays() error {
	var dates []string
	for year := b.first.Year(); year <= b.Today.Year()+1; year++ {
		for _, h := range holidays {
			dates = append(dates, fmt.Sprintf("%d-%s", year, h))
		}
	}
	value, err := json.Marshal(dates)
	if err != nil {
		return err
	}
	_, _, err = policy.Set(b.ctx, b.app, b.key(), b.crew.manager, policy.Setting{Key: policy.Holidays.Key, Value: value, ValidFrom: b.first.Period().First()})
	return err
}

// count reads what came of it.
func (b *builder) count() error {
	r := act.Read(b.app)
	if err := r.Row("SELECT (SELECT count(*) FROM members WHERE status = 'active'), (SELECT count(*) FROM sales), (SELECT count(*) FROM journal), (SELECT count(*) FROM payroll_runs)").
		Scan(&b.built.Members, &b.built.Sales, &b.built.Entries, &b.built.Runs); err != nil {
		return err
	}
	return b.verify()
}

// ErrWrong says that the demo's books do not hold: a fault of the program, never of the user.
var ErrWrong = errors.New("demo: the books of the demo are wrong")

// verify holds the new books to every check before anybody sees them.
func (b *builder) verify() error {
	report, err := ledger.Verify(b.ctx, b.app, nil)
	if err != nil {
		return err
	}
	b.built.Head = report.Head
	for _, c := range report.Checks {
		if !c.OK {
			return fmt.Errorf("%w: %s: %s", ErrWrong, c.Name, strings.Join(c.Findings, "; "))
		}
	}
	return nil
}

// save edits what people edit: collections, with all their rules and hooks.
func (b *builder) save(collection string, values map[string]any) (*core.Record, error) {
	c, err := b.app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return nil, err
	}
	r := core.NewRecord(c)
	r.Load(values)
	r.Id = b.id() // who does an act is sealed with its entry
	if err := b.app.Save(r); err != nil {
		return nil, fmt.Errorf("%s: %w", collection, err)
	}
	return r, nil
}
