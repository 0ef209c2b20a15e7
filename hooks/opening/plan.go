package opening

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
)

// maxRows bounds a list: every balance of a co-op of 20,000 members.
const maxRows = 100_000

// Report tells what an opening brings, or why it brings nothing.
type Report struct {
	Read        int                   `json:"read"`
	Date        clock.Date            `json:"date"`
	Done        bool                  `json:"done"` // it is in the books
	Rejected    []document.RowProblem `json:"rejected"`
	More        int                   `json:"rejected_more"` // beyond those listed
	Differences []Difference          `json:"differences"`
	Kinds       []Total               `json:"kinds"`
	Debit       money.Rupiah          `json:"debit_rupiah"`
	Credit      money.Rupiah          `json:"credit_rupiah"`
	Entries     int                   `json:"entries"`
}

// Difference is an account whose stated total is not what its members, suppliers or goods add up to; of
// 3901, what keeps the opening from balancing.
type Difference struct {
	Account    int          `json:"account"`
	Name       string       `json:"name"`
	Row        int          `json:"row"` // that states it; 0 for 3901
	Stated     money.Rupiah `json:"stated_rupiah"`
	Found      money.Rupiah `json:"found_rupiah"`
	Difference money.Rupiah `json:"difference_rupiah"`
}

// Total is how many rows of a kind there are and what they come to.
type Total struct {
	Kind   Kind         `json:"kind"`
	Rows   int          `json:"rows"`
	Amount money.Rupiah `json:"amount_rupiah"` // debit positive
}

// OK says whether nothing keeps the opening out of the books.
func (r Report) OK() bool { return len(r.Rejected) == 0 && len(r.Differences) == 0 && len(r.Kinds) > 0 }

// maxRejected bounds what is listed of a list that is wrong throughout.
const maxRejected = 500

// balance is a row that was matched: where it stands, and for debts and goods what else it makes.
type balance struct {
	Row
	account int
	party   ledger.Party
	member  int64 // of a debt
	product int64 // of goods
}

// plan is an opening as it would be posted.
type plan struct {
	date     clock.Date
	balances []balance
	stated   []balance // totals of accounts that are kept by party or by goods
}

// readFile reads the rows of a list; what is wrong with single cells is in problems.
func readFile(list document.Upload) (rows []Row, problems []document.Problem, err error) {
	table, err := document.ReadTable(list.Name, list.Data, document.Limits{Known: Columns, Rows: maxRows})
	if code, ok := err.(document.Code); ok && code == document.FileTooLarge {
		return nil, nil, fault.TooLarge("import." + string(code))
	} else if ok && code == document.FileNoHeader {
		var found []string // the first line stands where the header should
		if table, err := document.ReadTable(list.Name, list.Data, document.Limits{Rows: maxRows}); err == nil {
			found = table.Header
		}
		return nil, nil, columnsMissing([]string{"kind", "code", "balance"}, found)
	} else if ok {
		return nil, nil, fault.Bad("import." + string(code))
	}
	if err != nil {
		return nil, nil, err
	}
	layout := document.Columns(table.Header, Columns)
	missing := layout.Missing("kind", "code")
	if !layout.Has("balance") && !layout.Has("debit") && !layout.Has("credit") && !layout.Has("cost") {
		missing = append(missing, "balance")
	}
	if len(missing) > 0 {
		return nil, nil, columnsMissing(missing, table.Header)
	}
	for _, line := range table.Rows {
		row, found, skip := ReadRow(layout, line)
		problems = append(problems, found...)
		if !skip && !document.Rejected(found) {
			rows = append(rows, row)
		}
	}
	return rows, problems, nil
}

// columnsMissing names the columns that a list lacks and those that it has, as they are written.
func columnsMissing(fields, header []string) error {
	const mostNamed, longestName = 12, 30
	var missing, found []string
	for _, field := range fields {
		missing = append(missing, Columns[field][0])
	}
	for _, cell := range header {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		if len(found) == mostNamed {
			found = append(found, "…")
			break
		}
		if name := []rune(cell); len(name) > longestName {
			cell = string(name[:longestName]) + "…"
		}
		found = append(found, cell)
	}
	if len(found) == 0 {
		found = []string{"–"}
	}
	return fault.Bad("opening.columns_missing", fault.Params{"columns": strings.Join(missing, ", "), "found": strings.Join(found, ", ")})
}

// matcher finds what rows speak of.
type matcher struct {
	r        act.Reader
	stock    Stock
	date     clock.Date
	accounts map[int]account
	banks    map[int64]bool // by number, those that are open
	members  map[int64]member.Status
	seen     map[string]int
	problems []document.Problem
}

type account struct {
	name, kind string
	party      book.PartyKind
	closed     bool
}

func newMatcher(r act.Reader, stock Stock, date clock.Date) (*matcher, error) {
	m := &matcher{r: r, stock: stock, date: date, accounts: map[int]account{}, banks: map[int64]bool{}, members: map[int64]member.Status{}, seen: map[string]int{}}
	err := act.Each(r, "SELECT CAST(account AS INTEGER), name, kind, party_kind, closed FROM accounts", nil, func(row act.Scanner) error {
		var code int
		var a account
		err := row.Scan(&code, &a.name, &a.kind, &a.party, &a.closed)
		m.accounts[code] = a
		return err
	})
	if err != nil {
		return m, err
	}
	err = act.Each(r, "SELECT CAST(number AS INTEGER) FROM bank_accounts WHERE NOT closed", nil, func(row act.Scanner) error {
		var n int64
		err := row.Scan(&n)
		m.banks[n] = true
		return err
	})
	if err != nil {
		return m, err
	}
	return m, act.Each(r, "SELECT CAST(number AS INTEGER), status FROM members", nil, func(row act.Scanner) error {
		var n int64
		var s member.Status
		err := row.Scan(&n, &s)
		m.members[n] = s
		return err
	})
}

func (m *matcher) add(row Row, field string, code document.Code, params fault.Params) {
	m.problems = append(m.problems, document.Problem{Row: row.Line, Field: field, Code: code, Params: params})
}

// match makes a plan of rows and notes what can't be.
func (m *matcher) match(rows []Row) (plan, error) {
	p := plan{date: m.date}
	for _, row := range rows {
		b, ok, err := m.one(row)
		if err != nil {
			return p, err
		}
		switch {
		case !ok || !m.once(b):
		case row.Kind == Account && m.isTotal(b.account):
			p.stated = append(p.stated, b)
		case b.Amount != 0 || b.Quantity != 0:
			p.balances = append(p.balances, b)
		}
	}
	return p, nil
}

// isTotal says whether an account is kept elsewhere, so that a row of it only states what that comes to.
func (m *matcher) isTotal(code int) bool {
	party := m.accounts[code].party
	return code == ledger.Inventory || party != book.NoParty && party != book.Bank
}

func (m *matcher) one(row Row) (b balance, ok bool, err error) {
	n := natures[row.Kind]
	b = balance{Row: row, account: n.account}
	before := len(m.problems)
	if row.Date > m.date {
		m.add(row, "date", DateAfter, fault.Params{"date": m.date})
	}
	switch n.party {
	case book.Member:
		m.member(&b)
	case book.Supplier, book.Consignor:
		err = m.other(&b, n.party)
	default:
		if row.Kind == Product {
			err = m.product(&b)
		} else {
			m.account(&b)
		}
	}
	return b, err == nil && len(m.problems) == before, err
}

// account finds an account; a bank's may say which of the co-op's banks it is: 1111:2, or 1111 for the main one.
func (m *matcher) account(b *balance) {
	text, bankText, named := strings.Cut(b.Code, ":")
	code, ok := number(text)
	a, known := m.accounts[int(code)]
	b.account = int(code)
	bank, bankOK := int64(1), true
	if named {
		bank, bankOK = number(bankText)
	}
	switch {
	case !ok || !bankOK || named && known && a.party != book.Bank:
		m.add(b.Row, "code", CodeUnreadable, fault.Params{"code": b.Code})
	case !known || a.party == book.Bank && !m.banks[bank]:
		m.add(b.Row, "code", AccountUnknown, fault.Params{"code": b.Code})
	case a.closed:
		m.add(b.Row, "code", AccountClosed, fault.Params{"code": b.Code})
	case b.account == ledger.OpeningBalance, b.account == ledger.ShiftCash, b.account == ledger.PayrollClearing:
		m.add(b.Row, "code", AccountByParty, fault.Params{"code": b.Code, "name": a.name})
	case !b.Signed && a.kind != "asset" && a.kind != "expense":
		b.Amount = -b.Amount
	}
	if a.party == book.Bank {
		b.party = book.Of(book.Bank, bank)
	}
}

func (m *matcher) member(b *balance) {
	n, ok := number(b.Code)
	status, known := m.members[n]
	switch {
	case !ok:
		m.add(b.Row, "code", CodeUnreadable, fault.Params{"code": b.Code})
	case !known:
		m.add(b.Row, "code", MemberUnknown, fault.Params{"code": b.Code})
	case b.Kind == Leaver && status != member.Left:
		m.add(b.Row, "code", MemberNotLeft, fault.Params{"code": b.Code})
	case b.Kind != Leaver && status != member.Active:
		m.add(b.Row, "code", MemberNotActive, fault.Params{"code": b.Code})
	}
	b.party, b.member = ledger.MemberParty(n), n
}

// other finds a supplier or consignor by number, else by name.
func (m *matcher) other(b *balance, kind book.PartyKind) error {
	n, _ := number(b.Code)
	err := m.r.Row("SELECT CAST(number AS INTEGER) FROM "+string(kind)+"s WHERE number = ? OR lower(name) = lower(?) ORDER BY number = ? DESC LIMIT 1", n, b.Code, n).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		code := SupplierUnknown
		if kind == book.Consignor {
			code = ConsignorUnknown
		}
		m.add(b.Row, "code", code, fault.Params{"code": b.Code})
		return nil
	}
	b.party = book.Of(kind, n)
	return err
}

func (m *matcher) product(b *balance) error {
	g, found, err := m.stock.Find(m.r, b.Code)
	switch {
	case err != nil:
	case !found:
		m.add(b.Row, "code", ProductUnknown, fault.Params{"code": b.Code})
	case g.Consigned:
		m.add(b.Row, "code", ProductConsigned, fault.Params{"code": b.Code})
	case g.Lies:
		m.add(b.Row, "code", ProductMoved, fault.Params{"code": b.Code})
	}
	b.product = g.Number
	return err
}

// once refuses a second balance of the same thing; a member may have several debts.
func (m *matcher) once(b balance) bool {
	if b.Kind == Store || b.Kind == Instalment {
		return true
	}
	what := string(b.Kind) + "|" + strconv.Itoa(b.account) + "|" + b.party.String() + "|" + strconv.FormatInt(b.product, 10)
	if first, again := m.seen[what]; again {
		m.add(b.Row, "code", Repeated, fault.Params{"first": first})
		return false
	}
	m.seen[what] = b.Line
	return true
}

// compare holds a plan against what it states of itself: each control account against its parties, the
// inventory against the goods, and everything against 3901, which must end at zero.
func (m *matcher) compare(p plan) (found []Difference, err error) {
	sums, rest := map[int]money.Rupiah{}, money.Rupiah(0)
	for _, b := range p.balances {
		sums[b.account] += b.Amount
		rest += b.Amount
	}
	for _, s := range p.stated {
		kept, err := ledger.AccountBalance(m.r, s.account)
		if err != nil {
			return nil, err
		}
		if have := kept + sums[s.account]; have != s.Amount {
			found = append(found, Difference{s.account, m.accounts[s.account].name, s.Line, s.Amount, have, s.Amount - have})
		}
	}
	open, err := ledger.AccountBalance(m.r, ledger.OpeningBalance)
	if left := open - rest; left != 0 {
		found = append(found, Difference{ledger.OpeningBalance, m.accounts[ledger.OpeningBalance].name, 0, 0, left, -left})
	}
	slices.SortFunc(found, func(a, b Difference) int { return cmp.Compare(a.Account, b.Account) })
	return found, err
}

// makePlan reads, matches and compares.
func makePlan(r act.Reader, stock Stock, date clock.Date, list document.Upload, language string) (plan, Report, error) {
	report := Report{Date: date, Rejected: []document.RowProblem{}, Differences: []Difference{}, Kinds: []Total{}}
	rows, problems, err := readFile(list)
	if err != nil {
		return plan{}, report, err
	}
	m, err := newMatcher(r, stock, date)
	if err != nil {
		return plan{}, report, err
	}
	p, err := m.match(rows)
	if err != nil {
		return p, report, err
	}
	if report.Differences, err = m.compare(p); err != nil {
		return p, report, err
	}
	report.tell(rows, append(problems, m.problems...), language)
	report.count(p)
	return p, report, nil
}

// tell puts problems into words, in the order of the file.
func (r *Report) tell(rows []Row, problems []document.Problem, language string) {
	bad := map[int]bool{}
	for _, p := range problems {
		bad[p.Row] = true
	}
	for _, row := range rows {
		delete(bad, row.Line)
	}
	r.Read = len(rows) + len(bad)
	said := document.NewReport(r.Read)
	said.Add(problems, language)
	r.Rejected = said.Rejected
	if r.More = len(r.Rejected) - maxRejected; r.More > 0 {
		r.Rejected = r.Rejected[:maxRejected]
	} else {
		r.More = 0
	}
	if r.Differences == nil {
		r.Differences = []Difference{}
	}
}

func (r *Report) count(p plan) {
	totals := map[Kind]Total{}
	for _, b := range p.balances {
		t := totals[b.Kind]
		totals[b.Kind] = Total{b.Kind, t.Rows + 1, t.Amount + b.Amount}
		r.Debit, r.Credit = r.Debit+max(b.Amount, 0), r.Credit+max(-b.Amount, 0)
	}
	for _, t := range totals {
		r.Kinds = append(r.Kinds, t)
	}
	slices.SortFunc(r.Kinds, func(a, b Total) int { return cmp.Compare(a.Kind, b.Kind) })
}
