package payroll_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
)

var ctx = context.Background()

// period is the one whose pay day is just over when a test starts.
const period = clock.Period("2026-11")

// office is a co-op with two work units and people on payroll.
type office struct {
	*testapp.App
	t     testing.TB
	units map[string]string // code → record id
	ring  *keys.Ring
}

// newOffice leaves the dues of the month out, so that a test owes exactly what it says.
func newOffice(t testing.TB) *office {
	o := newHouse(t)
	payroll.Bind(o, payroll.Ports{Activate: member.ActivateIfPaid})
	return o
}

// newHouse is an office wired as the house wires it.
func newHouse(t testing.TB) *office {
	o := &office{App: testapp.New(t), t: t, units: map[string]string{}}
	for code, name := range map[string]string{"622801": "Sekretariat", "622802": "=Deputi"} {
		o.units[code] = o.Record("work_units", map[string]any{"code": code, "name": name}).Id
	}
	ring, err := keys.Of(o)
	o.must(err)
	o.ring = ring
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// do writes something inside an act of the test's own.
func (o *office) do(f func(tx *act.Tx) error) {
	o.t.Helper()
	_, _, err := act.Do(ctx, o, act.Act{Kind: "test.write", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (bool, error) { return true, f(tx) })
	o.must(err)
}

type hired struct {
	unit   string
	status string // active unless said
	pay    money.Rupiah
	max    money.Rupiah // of the mandate; 0: no mandate
	nip    string
}

// hire puts a person on the staff list and the register.
func (o *office) hire(number int64, h hired) {
	o.t.Helper()
	if h.unit == "" {
		h.unit = "622801"
	}
	if h.status == "" {
		h.status = "active"
	}
	if h.nip == "" {
		h.nip = nipOf(number)
	}
	e := o.Record("employees", map[string]any{"name": fmt.Sprintf("Pegawai %d", number), "work_unit": o.units[h.unit], "status": "civil_servant", "grade": "III/a",
		"pay_rupiah": int64(h.pay), "nip_sealed": o.ring.Seal(h.nip), "nip_index": o.ring.Index("nip", h.nip), "active": true})
	o.Record("members", map[string]any{"number": number, "name": fmt.Sprintf("Pegawai %d", number), "employee": e.Id, "work_unit": o.units[h.unit], "status": h.status, "joined_on": "2024-01-02"})
	o.do(func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, 'consented', '2024-01-02', 'SK-1', ?)", number, tx.ID())
	})
	if h.max > 0 {
		o.mandate(number, "grant", "2024-01-02", h.max)
	}
}

func nipOf(number int64) string {
	return fmt.Sprintf("19860926%d051%03d", 2015+number/999, 1+number%999)
}

func (o *office) mandate(number int64, kind, from string, max money.Rupiah) {
	o.t.Helper()
	o.do(func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, ?, ?, ?, 0, 'SK-1', ?)", number, kind, from, int64(max), tx.ID())
	})
}

// owe makes an open item; what is bought in the store is posted as a receivable too.
func (o *office) owe(number int64, kind ledger.ItemKind, date clock.Date, amount money.Rupiah) (id int64) {
	o.t.Helper()
	o.do(func(tx *act.Tx) (err error) {
		if kind.Debt() {
			if _, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: date, Lines: []ledger.Line{
				ledger.Dr(kind.CreditAccount(), amount, ledger.MemberParty(number)), ledger.Cr(ledger.OpeningBalance, amount)}}); err != nil {
				return err
			}
		}
		id, err = ledger.Owe(tx, number, kind, date, amount)
		return err
	})
	return id
}

// pays books a member's cash for one item.
func (o *office) pays(number, item int64, account int, amount money.Rupiah) {
	o.t.Helper()
	o.do(func(tx *act.Tx) error {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, amount), ledger.Cr(account, amount, ledger.MemberParty(number))}})
		if err != nil {
			return err
		}
		return ledger.Settle(tx, item, amount, ledger.ByPayment, posted.Entry)
	})
}

func (o *office) draft() {
	o.t.Helper()
	_, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, period, nil)
	o.must(err)
}

// promise drafts, locks and exports.
func (o *office) promise() {
	o.t.Helper()
	o.draft()
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
	_, _, err = payroll.Export(ctx, o, ulid.New(), manager, period)
	o.must(err)
}

func (o *office) answer(lines ...payroll.Answer) payroll.Report {
	o.t.Helper()
	report, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, lines, nil, nil)
	o.must(err)
	return report
}

func (o *office) settle(close bool) payroll.Step {
	o.t.Helper()
	step, _, err := payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period, CloseUnanswered: close}, nil)
	o.must(err)
	return step
}

func (o *office) run() payroll.Run {
	o.t.Helper()
	run, err := payroll.RunOf(o, manager, period)
	o.must(err)
	return run
}

func (o *office) line(number int64) payroll.LineView {
	o.t.Helper()
	lines, err := payroll.LinesOf(act.Read(o), period, payroll.Page{After: number - 1, Limit: 1})
	o.must(err)
	if len(lines.Lines) != 1 || lines.Lines[0].Member != number {
		o.t.Fatalf("no line of member %d", number)
	}
	return lines.Lines[0]
}

func (o *office) remainder(item int64) money.Rupiah {
	o.t.Helper()
	i, err := ledger.ItemOf(act.Read(o), item)
	o.must(err)
	return i.Remainder
}

func (o *office) balance(number int64, account int) money.Rupiah {
	o.t.Helper()
	b, err := ledger.Balance(act.Read(o), ledger.MemberParty(number), account)
	o.must(err)
	return b
}

func (o *office) count(query string, args ...any) (n int64) {
	o.t.Helper()
	o.must(act.Read(o).Row(query, args...).Scan(&n))
	return n
}

// verify runs the room's check and the others over the books; the cards are left out, since these people
// were put on the register without an act.
func (o *office) verify() {
	o.t.Helper()
	for _, c := range append(ledger.Checks(o), payroll.Checks()...) {
		if c.Name == "cards" {
			continue
		}
		if _, findings, err := c.Run(ctx, act.Read(o)); err != nil || len(findings) > 0 {
			o.t.Errorf("%s: %v %v", c.Name, findings, err)
		}
	}
}

// decides sets a policy from the day on which the tests' month begins.
func (o *office) decides(key string, value any) error {
	raw, err := json.Marshal(value)
	if err == nil {
		_, _, err = policy.Set(ctx, o, ulid.New(), act.BySystem, policy.Setting{Key: key, Value: raw, ValidFrom: "2026-09-01"})
	}
	return err
}

func (o *office) refused(err error, code string) {
	o.t.Helper()
	f, ok := err.(*fault.Fault)
	if !ok || f.Code != code {
		o.t.Errorf("got %v, want %s", err, code)
	}
}

var (
	treasurer = act.Actor{ID: "treasurer000001", Role: act.Treasurer, Name: "Bendahara"}
	manager   = act.Actor{ID: "manager00000001", Role: act.Manager, Name: "Manajer"}
)

func day(date clock.Date) time.Time { return date.Time().Add(3 * time.Hour) }

// crowd hires people 1..n by the fast way: a mandate each, one purchase and mandatory savings due.
func (o *office) crowd(n int) {
	o.t.Helper()
	o.must(o.RunInTransaction(func(txApp core.App) error {
		for _, sql := range []string{
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:n}) INSERT INTO employees(id, name, work_unit, status, nip_index, active)
				SELECT printf('e%014d', i), 'Pegawai ' || i, CASE i % 2 WHEN 0 THEN {:a} ELSE {:b} END, 'civil_servant', 'index' || i, TRUE FROM n`,
			`INSERT INTO members(id, number, name, employee, work_unit, status, joined_on, tokenKey, password, email)
				SELECT printf('m%014d', CAST(substr(id, 2) AS INT)), CAST(substr(id, 2) AS INT), name, id, work_unit, 'active', '2024-01-02', id, 'none', id || '@contoh.id' FROM employees`,
		} {
			if _, err := txApp.DB().NewQuery(sql).Bind(map[string]any{"n": n, "a": o.units["622801"], "b": o.units["622802"]}).Execute(); err != nil {
				return err
			}
		}
		return nil
	}))
	o.do(func(tx *act.Tx) error {
		if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-10-02", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 1), ledger.Cr(ledger.OpeningBalance, 1)}}); err != nil {
			return err
		}
		for i := int64(1); i <= int64(n); i++ {
			if err := tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, 'consented', '2024-01-02', 'SK-1', ?)", i, tx.ID()); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', '2024-01-02', 2500000, 0, 'SK-1', ?)", i, tx.ID()); err != nil {
				return err
			}
			if _, err := ledger.Owe(tx, i, ledger.ItemMandatory, "2026-10-01", 50_000); err != nil {
				return err
			}
			if _, err := ledger.Owe(tx, i, ledger.ItemMandatory, "2026-09-01", 10_000); err != nil {
				return err
			}
		}
		return nil
	})
}

// cutting is a context that ends when a chain reports its n-th link.
func (o *office) cutting(n int) (context.Context, func(int, int)) {
	cut, stop := context.WithCancel(ctx)
	o.t.Cleanup(stop)
	return cut, func(int, int) {
		if n--; n == 0 {
			stop()
		}
	}
}
