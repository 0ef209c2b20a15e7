// Package showcase is the public page at / : what this co-op is, in real figures, each with its date and its source.
//
// The page knows no table. Bind takes a Port of functions; Read (query.go) is the implementation over the database.
// Nothing here can name a member: the figures are counts and sums, and a count or sum about fewer than Floor people
// never leaves the view (privacy.go).
package showcase

import (
	"context"
	"io/fs"
	"time"

	"kpdk/hooks/internal/money"
)

// Coop says who this co-op is. Empty fields are left out of the page.
type Coop struct {
	Name        string // Koperasi Konsumen Pegawai …
	ShortName   string // KPDK
	Employer    string // whose staff may join: "Kemenkop"
	City        string
	LegalNumber string
	Tagline     string // one sentence; replaces the page's own
	Language    string // of visitors who ask for none: id or en
	URL         string // where this site answers, without a slash at the end
	Demo        bool   // people and figures are invented
	Logo        string // the picture's address, or empty: the woven mark then
	Board       []Office
	Supervisors []Office
}

// Office is a public office of the co-op and who holds it.
type Office struct{ Name, Role string }

// Held is an amount together with the number of people it is about.
type Held struct {
	Amount money.Rupiah
	People int64
}

// Figures is everything that is counted, read at one moment.
type Figures struct {
	AsOf         time.Time // in the co-op's zone
	BusinessDate string    // YYYY-MM-DD

	Members        int64 // active members
	Employees      int64 // active on the staff list
	StaffMembers   int64 // active on the staff list and an active member
	Principal      Held  // 3101
	Mandatory      Held  // 3102
	Voluntary      Held  // 2103
	MemberSales    Held  // 4101 this year
	NonMemberSales money.Rupiah
	Advantage      Advantage

	Participation []Joined // by month, oldest first
	Sales         []Sold   // by month of this year, oldest first

	Head      Head
	Days      []Head // the last heads of a business day, newest first
	Checks    []Check
	CheckedAt time.Time
}

// Advantage is what members saved this year by the member price: Paid + Saved is the bill at public prices.
type Advantage struct {
	Paid, Saved money.Rupiah
	People      int64
}

// Joined is the staff list and those of it who were members at the end of a month.
type Joined struct {
	Period             string
	Members, Employees int64
}

// Sold is one month's sales.
type Sold struct {
	Period    string
	Members   Held
	NonMember money.Rupiah
}

// Head is the newest seal of the ledger, today or at the end of a business day.
type Head struct {
	Date string // YYYY-MM-DD
	Seq  int64
	Hash [32]byte
}

// Check is one named check of verify.
type Check struct {
	Name string
	OK   bool
}

// Good is a product on the shelf of the week.
type Good struct {
	Name, Unit, Barcode      string
	MemberPrice, PublicPrice money.Rupiah
}

// Consignor is a maker who agreed to be named, with one of their goods.
type Consignor struct {
	Maker, Good string
	Sold        money.Quantity // this month
	Share       money.Rupiah   // the maker's, of one unit
	Commission  money.Rupiah   // the co-op's, of one unit
}

// Page is a text that managers edit; Body is HTML that the editor wrote.
type Page struct{ Slug, Title, Body string }

// News is one public notice.
type News struct{ Title, Body, Date string }

// SlipItem is one open item of the sample slip.
type SlipItem struct {
	Kind   string // mandatory, store, voluntary
	Date   string
	Amount money.Rupiah
}

// Port is how the page reaches the rest of the house. Every function but Figures and Coop may be nil: its section is
// then left out.
type Port struct {
	Public     fs.FS // pb_public: words, tokens
	Now        func() time.Time
	Coop       func() Coop
	Figures    func(context.Context) (Figures, error)
	Shelf      func(context.Context) ([]Good, error)
	Consignors func(context.Context) ([]Consignor, error)
	Pages      func(ctx context.Context, language string) ([]Page, error)
	News       func(ctx context.Context, language string) ([]News, error)
	// Style is the co-op's own accent as CSS after the tokens.
	Style func() string
	// Report and OpenAPI say that the signed figures and the API document are served and may be linked.
	Report, OpenAPI bool
	// Allocate is payroll's own rule: how much of each item a deduction of at most cap settles.
	Allocate func(cap money.Rupiah, items []SlipItem) []money.Rupiah
}
