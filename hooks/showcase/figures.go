// Package showcase is the public's window: what this co-op is, in real figures, each with its date and its source
// (/), how they can be checked (/bukti/), the texts that managers edit (/halaman/, /kabar/), who holds an office
// (/pengurus/), yearly reports (/laporan/), and the same figures as signed open data (/.well-known/koperasi.json).
//
// The pages know no table. Bind takes a Port of functions; From (query.go) is the implementation over the database.
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
	Region      string
	Type        string // konsumen, produsen, pemasaran, jasa, simpan_pinjam
	LegalNumber string
	Tagline     string // one sentence; replaces the page's own
	HeroTitle   Said   // the page's first words, as the co-op wants them
	HeroLead    Said
	HeroImage   string // where its picture lies
	Language    string // of visitors who ask for none: id or en
	URL         string // where this site answers, without a slash at the end
	Demo        bool   // people and figures are invented
	Financials  bool   // the co-op agreed that its signed report carries amounts
	Board       []Office
	Supervisors []Office
	Logo        string // the picture's address, or empty: the woven mark then
}

// Said is a text by language; one that is not there falls back to Indonesian, the co-op's own.
type Said map[string]string

func (s Said) in(lang string) string {
	if s[lang] != "" {
		return s[lang]
	}
	return s["id"]
}

// Office is a public office of the co-op and who holds it. Photo is where the picture lies; the dates are YYYY-MM-DD or
// empty.
type Office struct {
	Name     string
	Role     Said
	From, To string
	Photo    string
}

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
	Operators      int64 // active logins of cashiers, storekeepers, treasurers, supervisors
	Managers       int64
	Employees      int64 // active on the staff list
	StaffMembers   int64 // active on the staff list and an active member
	Principal      Held  // 3101
	Mandatory      Held  // 3102
	Voluntary      Held  // 2103
	MemberSales    Held  // 4101 this year
	NonMemberSales money.Rupiah
	Advantage      Advantage
	Wealth         Wealth

	Participation []Joined // by month, oldest first
	Sales         []Sold   // by month of this year, oldest first

	Head      Head
	Rows      string // the newest seal of rows, HASH@bNUMBER; empty: none yet
	Days      []Head // the last heads of a business day, newest first, today's among them
	Checks    []Check
	CheckedAt time.Time
}

// Advantage is what members saved this year by the member price: Paid + Saved is the bill at public prices.
type Advantage struct {
	Paid, Saved money.Rupiah
	People      int64
}

// Wealth is what the signed report says of the books, by the ministry's words: own and outside capital, assets, the
// year's volume and its surplus so far.
type Wealth struct {
	Own, Outside, Assets, Volume, Surplus money.Rupiah
	Lively                                bool // something was booked this year
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

// Check is one named check of verify and how many things it looked at.
type Check struct {
	Name    string
	OK      bool
	Checked int
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
type Page struct {
	Slug, Section, Title, Body string
	Updated                    string // YYYY-MM-DD
	Picture                    Picture
	Files                      []File
}

// News is one public notice. Its slug is the same in every language, or its id when it has none.
type News struct {
	Slug, Title, Body, Date string
	Picture                 Picture
	Files                   []File
}

// Picture is an image of a text; Path is where it lies.
type Picture struct{ Path, Alt string }

// File is a file beside a text.
type File struct{ Path, Name string }

// Report is a year's report, as the meeting approved it.
type Report struct {
	Year        int
	Title, Note Said
	Approved    string // YYYY-MM-DD, or empty
	File        string
}

// Pattern counts what another co-op takes over when it is founded from this one.
type Pattern struct{ Accounts, Policies, Categories, Pages int64 }

// Program is the file that runs this co-op, for whoever wants to run another.
type Program struct {
	System string // linux/amd64
	Bytes  int64
	SHA256 string
}

// SlipItem is one open item of the sample slip.
type SlipItem struct {
	Kind   string // mandatory, store, voluntary
	Date   string
	Amount money.Rupiah
}

// Signer signs with the co-op's key; ID and Public say which.
type Signer struct {
	ID     string
	Public []byte
	Sign   func(message []byte) []byte
}

// Port is how the pages reach the rest of the house. Every function but Figures and Coop may be nil: its section is
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
	Reports    func(context.Context) ([]Report, error)
	Pattern    func(context.Context) (Pattern, error)
	// Signer opens the co-op's key; without it there is no signed report.
	Signer func() (Signer, error)
	// Program gives the running file once it is known.
	Program func() (Program, bool)
	// Style is the co-op's own accent as CSS after the tokens.
	Style func() string
	// OpenAPI says that the API document is served and may be linked.
	OpenAPI bool
	// Allocate is payroll's own rule: how much of each item a deduction of at most cap settles.
	Allocate func(cap money.Rupiah, items []SlipItem) []money.Rupiah
}
