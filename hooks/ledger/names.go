package ledger

import "fmt"

// Kinds of journal entry.
const (
	KindSale     = "sale"
	KindShift    = "shift"
	KindGoods    = "goods"
	KindSavings  = "savings"
	KindPayroll  = "payroll"
	KindBank     = "bank"
	KindMember   = "member"
	KindOpening  = "opening"
	KindReversal = "reversal"
	KindPayment  = "payment"
	KindBill     = "bill"   // of a supplier, for an expense
	KindManual   = "manual" // by hand: made by one person, approved by another
)

var prefixes = map[string]string{KindSale: "PJ", KindShift: "KS", KindGoods: "BR", KindSavings: "SP", KindPayroll: "PG",
	KindBank: "BK", KindMember: "AG", KindOpening: "SA", KindReversal: "BL", KindPayment: "BY", KindBill: "TG", KindManual: "JU"}

// Number is how people name an entry: "PJ-2026/00012".
func Number(kind string, year int, number int64) string {
	return fmt.Sprintf("%s-%d/%05d", prefixes[kind], year, number)
}

// Accounts that acts post to. Names and numbers follow the default chart of a consumer co-op; a
// co-op may rename an account, not move its meaning.
const (
	Cash             = 1101
	ShiftCash        = 1102
	Bank             = 1111
	QRISSettling     = 1115 // paid by QRIS, not yet on the bank account
	StoreReceivable  = 1121 // members' store purchases awaiting payroll
	InstalmentRecv   = 1122
	PayrollClearing  = 1123 // deducted by the payroll officer, not yet on the bank account
	Inventory        = 1131
	SupplierPayable  = 2101
	ConsignorPayable = 2102
	VoluntarySavings = 2103
	SurplusPayable   = 2105
	LeaverPayable    = 2106
	DepositHeld      = 2107 // deposits and deductions above what was owed
	TaxPayable       = 2122 // income tax: the co-op's own, and what it withheld of others
	PrincipalSavings = 3101
	MandatorySavings = 3102
	OpeningBalance   = 3901
	MemberSales      = 4101
	InstalmentMargin = 4102 // what a member pays openly for goods on credit (jasa angsuran)
	PublicSales      = 4201
	CommissionMember = 4301
	CommissionPublic = 4302
	CostMember       = 5101
	CostPublic       = 5201
	QRISFee          = 6104
	SavingsInterest  = 6105 // to members, on voluntary savings
	CashDifference   = 6109
	StockDifference  = 6110
)
