package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// What a draft may hold at most.
const (
	maxDraftLines  = 200
	maxDescription = 500
	maxVouchers    = 8
	maxVoucher     = 5 << 20
)

// voucherTypes are the kinds of file that a voucher may be, by content.
var voucherTypes = []string{"image/jpeg", "image/png", "application/pdf"}

// States of a draft. Drafts are edited and are not what happened; an approved one names the entry it became.
const (
	Drafted   = "draft"
	Submitted = "submitted"
	Approved  = "approved"
	Refused   = "refused"
)

// DraftLine is one side of an entry as somebody writes it: an amount on one of two sides.
type DraftLine struct {
	Account int          `json:"account"`
	Party   string       `json:"party,omitempty"` // "member:846"; a bank account's is filled in
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
}

// DraftInput is a draft as its maker leaves it; it need not balance before it is submitted.
type DraftInput struct {
	Draft       string      `json:"draft,omitempty"` // empty: a new one
	Version     int64       `json:"version,omitempty"`
	Date        clock.Date  `json:"date"`
	Description string      `json:"description"`
	Lines       []DraftLine `json:"lines"`
}

func (in *DraftInput) shape() error {
	in.Description = strings.TrimSpace(in.Description)
	var bad fault.Input
	_, ok := clock.ParseDate(string(in.Date))
	bad.Check(ok, "date", "input.date")
	bad.Check(utf8.RuneCountInString(in.Description) <= maxDescription, "description", "input.too_long", fault.Params{"max": maxDescription})
	bad.Check(len(in.Lines) <= maxDraftLines, "lines", "ledger.draft_lines", fault.Params{"max": maxDraftLines})
	for i, l := range in.Lines[:min(len(in.Lines), maxDraftLines)] {
		field := fmt.Sprintf("lines.%d", i)
		bad.Check(l.Debit >= 0 && l.Debit <= money.Max, field+".debit_rupiah", "ledger.draft_amount", fault.Params{"max": money.Max})
		bad.Check(l.Credit >= 0 && l.Credit <= money.Max, field+".credit_rupiah", "ledger.draft_amount", fault.Params{"max": money.Max})
		bad.Check(l.Debit == 0 || l.Credit == 0, field+".credit_rupiah", "ledger.draft_sides")
	}
	return bad.Err()
}

// SaveDraft keeps a draft as its maker left it.
func SaveDraft(ctx context.Context, app core.App, key string, by act.Actor, in DraftInput) (DraftView, bool, error) {
	if err := in.shape(); err != nil {
		return DraftView{}, false, err
	}
	return keepDraft(ctx, app, act.Act{Kind: "ledger.save_draft", Key: key, Input: in, By: by}, func(tx *act.Tx) (DraftView, error) {
		d := draft{State: Drafted}
		if in.Draft != "" {
			var err error
			if d, err = editable(tx, in.Draft, in.Version); err != nil {
				return DraftView{}, err
			}
		}
		if err := in.checkLines(tx); err != nil {
			return DraftView{}, err
		}
		d.State, d.Reason, d.Date, d.Description, d.Lines = Drafted, "", in.Date, in.Description, in.Lines
		d.madeBy(by)
		return d.keep(tx)
	})
}

// checkLines names every line whose account or party takes no manual entry.
func (in DraftInput) checkLines(r act.Reader) error {
	accounts, err := accountsOf(r, toLines(in.Lines))
	if err != nil {
		return err
	}
	var bad fault.Input
	for i, l := range in.Lines {
		a, known := accounts[l.Account]
		at := fmt.Sprintf("lines.%d.account", i)
		params := fault.Params{"account": l.Account}
		bad.Check(known, at, "ledger.account_unknown", params)
		bad.Check(!known || !a.Closed, at, "ledger.account_closed", params)
		bad.Check(!known || Protection(a.Code, a.PartyKind) == "", at, "ledger.account_protected", params)
		ok, err := partyKnown(r, a, l.Party)
		if err != nil {
			return err
		}
		bad.Check(!known || ok, fmt.Sprintf("lines.%d.party", i), "ledger.party_unknown", fault.Params{"party": l.Party})
	}
	return bad.Err()
}

// partyKnown says whether a line's party exists: none, the bank of a bank account, or somebody in a list.
func partyKnown(r act.Reader, a book.Account, party string) (known bool, err error) {
	kind, ref, _ := strings.Cut(party, ":")
	list := map[string]string{"member": "members", "supplier": "suppliers", "consignor": "consignors"}[kind]
	switch {
	case party == "":
		return true, nil
	case kind == string(book.Bank) && a.PartyKind == book.Bank:
		list = "bank_accounts"
	case a.PartyKind == book.Bank, list == "":
		return false, nil
	}
	err = r.Row("SELECT EXISTS(SELECT 1 FROM "+list+" WHERE CAST(CAST(number AS INTEGER) AS TEXT) = ?)", ref).Scan(&known)
	return known, err
}

// toLines writes a draft's lines as the ledger does.
func toLines(lines []DraftLine) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		kind, ref, _ := strings.Cut(l.Party, ":")
		out[i] = Line{Account: l.Account, Amount: l.Debit - l.Credit, Party: Party{Kind: book.PartyKind(kind), Ref: ref}}
	}
	return out
}

// posting is what a draft posts: a line on a bank account without a party is the main bank's.
func (d draft) posting(r act.Reader) (Entry, error) {
	lines := toLines(d.Lines)
	accounts, err := accountsOf(r, lines)
	for i, l := range lines {
		if accounts[l.Account].PartyKind == book.Bank && l.Party.Kind == book.NoParty {
			lines[i].Party = MainBank
		}
	}
	return Entry{Kind: KindManual, Date: d.Date, Lines: lines}, err
}

// AddVoucher attaches a photo or PDF of the paper behind a draft.
func AddVoucher(ctx context.Context, app core.App, key string, by act.Actor, id, name string, data []byte) (DraftView, bool, error) {
	var bad fault.Input
	bad.Check(len(data) <= maxVoucher, "file", "ledger.voucher_size", fault.Params{"max": maxVoucher >> 20})
	bad.Check(slices.Contains(voucherTypes, http.DetectContentType(data)), "file", "ledger.voucher_type")
	if err := bad.Err(); err != nil {
		return DraftView{}, false, err
	}
	type input struct{ Draft, Name, Hash string }
	sum := sha256.Sum256(data)
	a := act.Act{Kind: "ledger.add_voucher", Key: key, Input: input{id, name, hex.EncodeToString(sum[:])}, By: by}
	return keepDraft(ctx, app, a, func(tx *act.Tx) (DraftView, error) {
		d, err := editable(tx, id, anyVersion)
		if err != nil {
			return DraftView{}, err
		}
		if len(d.Vouchers) >= maxVouchers {
			return DraftView{}, fault.Refused("ledger.voucher_count", fault.Params{"max": maxVouchers})
		}
		file, err := filesystem.NewFileFromBytes(data, voucherName(name, data))
		if err != nil {
			return DraftView{}, err
		}
		d.file = file
		d.madeBy(by)
		return d.keep(tx)
	})
}

// voucherName gives a file the ending of what it is, whatever a phone called it.
func voucherName(name string, data []byte) string {
	base, _, _ := strings.Cut(name, ".")
	return base + map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}[http.DetectContentType(data)]
}

// RemoveVoucher takes a voucher off a draft.
func RemoveVoucher(ctx context.Context, app core.App, key string, by act.Actor, id, voucher string) (DraftView, bool, error) {
	type input struct{ Draft, Voucher string }
	a := act.Act{Kind: "ledger.remove_voucher", Key: key, Input: input{id, voucher}, By: by}
	return keepDraft(ctx, app, a, func(tx *act.Tx) (DraftView, error) {
		d, err := editable(tx, id, anyVersion)
		if err != nil {
			return DraftView{}, err
		}
		if !slices.Contains(d.Vouchers, voucher) {
			return DraftView{}, fault.NotFound("ledger.voucher_unknown")
		}
		d.gone = voucher
		d.madeBy(by)
		return d.keep(tx)
	})
}

// ServeVoucher writes a voucher of a draft to whoever may read the books.
func ServeVoucher(app core.App, w http.ResponseWriter, request *http.Request, id, voucher string) error {
	d, err := draftOf(act.Read(app), id)
	if err != nil {
		return err
	}
	if !slices.Contains(d.Vouchers, voucher) {
		return fault.NotFound("ledger.voucher_unknown")
	}
	record, err := app.FindRecordById("journal_drafts", id)
	if err != nil {
		return err
	}
	files, err := app.NewFilesystem()
	if err != nil {
		return err
	}
	defer files.Close()
	w.Header().Set("Cache-Control", "private, no-store")
	return files.Serve(w, request, record.BaseFilesPath()+"/"+voucher, voucher)
}
