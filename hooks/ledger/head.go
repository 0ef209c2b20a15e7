package ledger

import (
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger/book"
)

// shortHash is how many hexadecimal digits of a hash are printed: another history that ends in the same 64
// bits takes 2^64 tries.
const shortHash = 16

// ShortHead is how a receipt and a slip print where they stand in the chain: "3f9a61c0b27d4e88@412".
func ShortHead(hash []byte, seq int64) string {
	text := hex.EncodeToString(hash)
	return fmt.Sprintf("%s@%d", text[:min(shortHash, len(text))], seq)
}

// Short is the head as receipts print it.
func (h HeadSeal) Short() string {
	return fmt.Sprintf("%s@%d", h.Hash[:min(shortHash, len(h.Hash))], h.Seq)
}

var headForm = regexp.MustCompile(`^([0-9a-f]{16,64})@([0-9]{1,18})$`)

// ParseHead reads "HASH@SEQ" as it is printed; blanks between the digits do not matter.
func ParseHead(text string) (hash string, seq int64, err error) {
	parts := headForm.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(text), "")))
	if parts == nil {
		return "", 0, fault.Bad("ledger.head_invalid", fault.Params{"head": text})
	}
	seq, err = strconv.ParseInt(parts[2], 10, 64)
	return parts[1], seq, err
}

// RowHead is the newest seal of rows (decisions/0027), number 0 when nothing was sealed yet.
func RowHead(r act.Reader) (HeadSeal, error) {
	id, hash, err := lastRowSeal(r)
	return HeadSeal{id, hex.EncodeToString(hash)}, err
}

// rowMark stands before a row seal's number where heads are written: "3f9a61c0b27d4e88@b17".
const rowMark = "b"

// Rows is the head of a row seal as it is printed.
func (h HeadSeal) Rows() string { return fmt.Sprintf("%s@%s%d", h.Hash, rowMark, h.Seq) }

// rowHead reads a row seal's head; ok is false where a text is none.
func rowHead(text string) (hash string, id int64, ok bool) {
	hash, number, ok := strings.Cut(strings.ToLower(strings.Join(strings.Fields(text), "")), "@"+rowMark)
	if !ok {
		return "", 0, false
	}
	hash, id, err := ParseHead(hash + "@" + number)
	return hash, id, err == nil
}

// containsRows hashes all rows anew that were sealed up to a seal, and compares.
func containsRows(ctx context.Context, r act.Reader, hash string, id int64) (Proof, error) {
	proof, f := Proof{Head: fmt.Sprintf("%s@%s%d", hash, rowMark, id), Rows: true}, NewFindings(ctx)
	kept, newest := []byte(nil), int64(0)
	if err := r.Row("SELECT (SELECT hash FROM row_seals WHERE id = ?), coalesce(max(id), 0) FROM row_seals", id).Scan(&kept, &newest); err != nil {
		return proof, err
	}
	switch got := hex.EncodeToString(kept); {
	case kept == nil:
		f.Add("verify.head_beyond", map[string]any{"seq": id, "newest": newest})
	case !strings.HasPrefix(got, hash):
		f.Add("verify.head_other", map[string]any{"seq": id, "hash": got[:min(len(hash), len(got))]})
	default:
		byTable, rows, err := sealsBetween(r, 0, id)
		if err == nil {
			proof.Entries, err = rows, hashAnew(ctx, r, f, byTable, 0)
		}
		if err != nil {
			return proof, err
		}
	}
	proof.Findings = append([]string{}, f.List()...)
	proof.OK = len(proof.Findings) == 0
	return proof, nil
}

// Proof says whether the books still contain a head that was printed once.
type Proof struct {
	OK       bool       `json:"ok"`
	Head     string     `json:"head"`
	Rows     bool       `json:"rows,omitempty"` // the head is of a seal of rows
	Entries  int64      `json:"entries"`        // that were hashed anew, from the first to the head; rows of a seal of rows
	Number   string     `json:"number"`         // of the entry at the head, when there is one
	Date     clock.Date `json:"date"`
	Findings []string   `json:"findings"`
}

// Contains hashes the journal anew from its first entry to the head, and compares: the head proves every
// entry before it, so one receipt in a drawer holds the whole history to its word.
func Contains(ctx context.Context, app core.App, head string, progress func(done, total int)) (Proof, error) {
	if hash, id, ok := rowHead(head); ok {
		var proof Proof
		err := act.Snapshot(ctx, app, func(r act.Reader) (err error) {
			proof, err = containsRows(ctx, r, hash, id)
			return err
		})
		return proof, err
	}
	hash, seq, err := ParseHead(head)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Head: fmt.Sprintf("%s@%d", hash, seq), Findings: []string{}}
	return proof, act.Snapshot(ctx, app, func(r act.Reader) error {
		_, newest, err := Head(r)
		if err != nil {
			return err
		}
		if seq < 1 || seq > newest {
			proof.Findings = append(proof.Findings, Finding(ctx, "verify.head_beyond", map[string]any{"seq": seq, "newest": newest}))
			return nil
		}
		if progress != nil {
			ctx = context.WithValue(ctx, passKey{}, &pass{entries: func(n int64) { progress(int(n), int(seq)) }})
		}
		w, err := startWalk(ctx, r, book.Genesis)
		if err == nil {
			err = w.run(ctx, r, 1, seq)
		}
		if err != nil {
			return err
		}
		proof.Entries = w.entries
		if got := hex.EncodeToString(w.previous); !strings.HasPrefix(got, hash) {
			w.chain.Add("verify.head_other", map[string]any{"seq": seq, "hash": got[:min(len(hash), len(got))]})
		}
		if w.entries != seq {
			w.chain.Add("verify.head_gap", map[string]any{"entries": w.entries, "seq": seq})
		}
		proof.Findings = append(append(proof.Findings, w.balanced.List()...), w.chain.List()...)
		proof.OK = len(proof.Findings) == 0
		var kind string
		var year int
		var number int64
		if err := r.Row("SELECT kind, year, number, date FROM journal WHERE id = ?", seq).Scan(&kind, &year, &number, &proof.Date); err == nil {
			proof.Number = Number(kind, year, number)
		}
		return nil
	})
}
