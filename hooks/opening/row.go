package opening

import (
	"regexp"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Why a row of a list of balances is refused, beside what document says of cells.
const (
	KindUnknown      document.Code = "balance_kind_unknown"
	CodeMissing      document.Code = "balance_code_missing"
	CodeUnreadable   document.Code = "balance_code_unreadable"
	AmountMissing    document.Code = "balance_amount_missing"
	BothSides        document.Code = "balance_both_sides"
	WrongSide        document.Code = "balance_wrong_side"
	QuantityMissing  document.Code = "balance_quantity_missing"
	ValueDiffers     document.Code = "balance_value_differs"
	Repeated         document.Code = "balance_repeated"
	AccountUnknown   document.Code = "balance_account_unknown"
	AccountClosed    document.Code = "balance_account_closed"
	AccountByParty   document.Code = "balance_account_by_party"
	MemberUnknown    document.Code = "balance_member_unknown"
	MemberNotActive  document.Code = "balance_member_not_active"
	MemberNotLeft    document.Code = "balance_member_not_left"
	SupplierUnknown  document.Code = "balance_supplier_unknown"
	ConsignorUnknown document.Code = "balance_consignor_unknown"
	ProductUnknown   document.Code = "balance_product_unknown"
	ProductConsigned document.Code = "balance_product_consigned"
	ProductMoved     document.Code = "balance_product_moved"
	DateAfter        document.Code = "balance_date_after"
)

// Kind is what a row's balance is of.
type Kind string

// Kinds of row: an account, what a member saved, holds or owes, whom the co-op owes, goods.
const (
	Account    Kind = "account"
	Principal  Kind = "principal"
	Mandatory  Kind = "mandatory"
	Voluntary  Kind = "voluntary"
	Store      Kind = "store"
	Instalment Kind = "instalment"
	Held       Kind = "held"
	Surplus    Kind = "surplus"
	Leaver     Kind = "leaver"
	Supplier   Kind = "supplier"
	Consignor  Kind = "consignor"
	Product    Kind = "product"
)

// nature is where a kind's balance stands: its account, whose it is, and its side (1 debit, -1 credit).
type nature struct {
	account int
	party   book.PartyKind
	side    money.Rupiah
	words   []string // how offices call it, in the column "jenis"
}

var natures = map[Kind]nature{
	Account:    {0, book.NoParty, 0, []string{"akun", "account", "perkiraan", "rekening", "coa"}},
	Principal:  {ledger.PrincipalSavings, book.Member, -1, []string{"pokok", "simpanan pokok", "simp pokok", "principal"}},
	Mandatory:  {ledger.MandatorySavings, book.Member, -1, []string{"wajib", "simpanan wajib", "simp wajib", "mandatory"}},
	Voluntary:  {ledger.VoluntarySavings, book.Member, -1, []string{"sukarela", "simpanan sukarela", "simp sukarela", "tabungan", "voluntary"}},
	Store:      {ledger.StoreReceivable, book.Member, 1, []string{"belanja", "piutang belanja", "piutang toko", "piutang anggota", "utang belanja", "store"}},
	Instalment: {ledger.InstalmentRecv, book.Member, 1, []string{"angsuran", "piutang angsuran", "kredit barang", "instalment"}},
	Held:       {ledger.DepositHeld, book.Member, -1, []string{"titipan", "titipan anggota", "kelebihan potongan", "deposit held"}},
	Surplus:    {ledger.SurplusPayable, book.Member, -1, []string{"shu", "utang shu", "shu anggota", "surplus"}},
	Leaver:     {ledger.LeaverPayable, book.Member, -1, []string{"anggota keluar", "utang anggota keluar", "keluar", "leaver"}},
	Supplier:   {ledger.SupplierPayable, book.Supplier, -1, []string{"pemasok", "utang usaha", "utang pemasok", "supplier"}},
	Consignor:  {ledger.ConsignorPayable, book.Consignor, -1, []string{"penitip", "utang konsinyasi", "konsinyasi", "consignor"}},
	Product:    {ledger.Inventory, book.NoParty, 1, []string{"barang", "stok", "persediaan", "produk", "product", "goods"}},
}

// Columns are the headers of lists of balances as offices write them.
var Columns = document.Synonyms{
	"kind":     {"jenis", "jenis saldo", "tipe", "kelompok", "kind", "type"},
	"code":     {"kode", "kode akun", "no akun", "nomor akun", "nomor", "no", "no anggota", "nomor anggota", "kode barang", "barcode", "code", "account", "member number"},
	"name":     {"nama", "nama akun", "nama anggota", "nama barang", "uraian", "keterangan", "name", "description"},
	"debit":    {"debit", "debet", "saldo debit", "saldo debet"},
	"credit":   {"kredit", "credit", "saldo kredit"},
	"balance":  {"saldo", "saldo awal", "nilai", "jumlah rupiah", "rupiah", "balance", "amount", "value"},
	"quantity": {"jumlah", "jumlah barang", "stok", "qty", "kuantitas", "banyaknya", "quantity"},
	"cost":     {"harga pokok", "hpp", "harga beli", "harga perolehan", "harga satuan", "cost", "unit cost"},
	"date":     {"tanggal", "jatuh tempo", "tgl", "tgl jatuh tempo", "date", "due date"},
}

// Row is one balance as a list has it. Amount is signed: debit is positive.
type Row struct {
	Line     int
	Kind     Kind
	Code     string
	Amount   money.Rupiah
	Signed   bool // an account's amount stands on the side that the list named, else on the account's own
	Quantity money.Quantity
	Date     clock.Date // of a debt; empty: the day of the opening
}

type reader struct {
	layout   document.Layout
	row      document.Row
	problems []document.Problem
}

func (r *reader) add(field string, code document.Code, params fault.Params) {
	r.problems = append(r.problems, document.Problem{Row: r.row.Line, Field: field, Code: code, Params: params})
}

func (r *reader) cell(field string) string { return r.layout.Cell(r.row, field) }

const (
	// maxCode bounds a code: longer ones stand in no list.
	maxCode = 80
	// maxAmount bounds one balance, ten trillion rupiah, so that the sum of a whole list is exact.
	maxAmount money.Rupiah = 10_000_000_000_000
)

// ReadRow reads one row; it is pure. skip is true for the line under a list that adds it up.
func ReadRow(layout document.Layout, row document.Row) (out Row, problems []document.Problem, skip bool) {
	r := &reader{layout: layout, row: row}
	out.Line = row.Line
	if layout.Shifted(row) {
		r.add("", document.ColumnsShifted, nil)
		return out, r.problems, false
	}
	kind := r.cell("kind")
	if document.IsTotal(kind) || kind == "" && (document.IsTotal(r.cell("name")) || document.IsTotal(r.cell("code"))) {
		return out, nil, true
	}
	var known bool
	if out.Kind, known = kindOf(kind); !known {
		r.add("kind", KindUnknown, fault.Params{"kind": clip(kind)})
		return out, r.problems, false
	}
	out.Code = r.code()
	out.Date = r.date()
	if out.Kind == Product {
		out.Quantity, out.Amount = r.goods()
	} else {
		out.Amount, out.Signed = r.amount(out.Kind)
	}
	return out, r.problems, false
}

// kindOf finds the kind that a word names.
func kindOf(word string) (Kind, bool) {
	word = strings.Join(strings.FieldsFunc(strings.ToLower(word), func(c rune) bool { return strings.ContainsRune(" ._-/", c) }), " ")
	for kind, n := range natures {
		for _, w := range n.words {
			if w == word {
				return kind, true
			}
		}
	}
	return "", false
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}

func (r *reader) code() string {
	text, err := document.Text(r.cell("code"), maxCode)
	switch {
	case err != nil:
		r.add("code", err.(document.Code), fault.Params{"max": maxCode})
	case document.IsFormulaError(text):
		r.add("code", document.FormulaError, nil)
	case text == "":
		r.add("code", CodeMissing, nil)
	default:
		return text
	}
	return ""
}

func (r *reader) date() clock.Date {
	text, err := document.ParseDate(r.cell("date"))
	if err != nil {
		r.add("date", err.(document.Code), nil)
	}
	return clock.Date(text)
}

// money reads one amount; an accountant's (5.000) and -5.000 are below zero.
func (r *reader) money(field string, below bool) (amount money.Rupiah, present bool) {
	cell := r.cell(field)
	amount, present, err := document.ParseRupiah(cell)
	if err == document.AmountNegative && below {
		amount, present, err = document.ParseRupiah(strings.Trim(cell, " -−–+()"))
		amount = -amount
	}
	if err != nil {
		r.add(field, err.(document.Code), nil)
		return 0, false
	}
	if amount > maxAmount || amount < -maxAmount {
		r.add(field, document.AmountTooLarge, nil)
		return 0, false
	}
	return amount, present && amount != 0
}

// amount reads debit, credit or balance: one of them. A balance stands on the kind's own side; an account's
// own side is not known before the chart is looked at.
func (r *reader) amount(kind Kind) (amount money.Rupiah, signed bool) {
	debit, isDebit := r.money("debit", false)
	credit, isCredit := r.money("credit", false)
	balance, isBalance := r.money("balance", kind == Account)
	side := natures[kind].side
	given := 0
	for _, is := range []bool{isDebit, isCredit, isBalance} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		r.add("balance", BothSides, nil)
	case isDebit && side < 0, isCredit && side > 0:
		r.add("balance", WrongSide, nil)
	case isDebit:
		return debit, true
	case isCredit:
		return -credit, true
	case isBalance && side != 0:
		return side * balance, true
	case isBalance:
		return balance, false
	case len(r.problems) == 0 && kind != Account:
		r.add("balance", AmountMissing, nil)
	}
	return 0, false
}

// goods reads what lies on the shelf and what it is worth in all: said as a whole, or as the cost of one.
func (r *reader) goods() (quantity money.Quantity, value money.Rupiah) {
	quantity, _, err := document.ParseQuantity(r.cell("quantity"))
	if err != nil {
		r.add("quantity", err.(document.Code), nil)
	} else if quantity == 0 {
		r.add("quantity", QuantityMissing, nil)
	}
	cost, hasCost := r.money("cost", false)
	value, hasValue := r.money("balance", false)
	if debit, isDebit := r.money("debit", false); isDebit && !hasValue {
		value, hasValue = debit, true
	}
	if credit, isCredit := r.money("credit", false); isCredit && credit != 0 {
		r.add("credit", WrongSide, nil)
	}
	whole := money.Times(quantity, cost)
	switch {
	case hasCost && hasValue && whole != value:
		r.add("balance", ValueDiffers, fault.Params{"value": value.Format(), "computed": whole.Format()})
	case !hasValue:
		value = whole
	}
	if len(r.problems) == 0 && value == 0 { // a grain of something cheap
		r.add("cost", AmountMissing, nil)
	}
	if value > maxAmount {
		r.add("cost", document.AmountTooLarge, nil)
	}
	return quantity, value
}

var wholeNumber = regexp.MustCompile(`^0*[1-9][0-9]{0,8}$`)

// number reads a code that counts: "0846" is member 846.
func number(code string) (n int64, ok bool) {
	if !wholeNumber.MatchString(code) {
		return 0, false
	}
	for _, c := range code {
		n = 10*n + int64(c-'0')
	}
	return n, true
}
