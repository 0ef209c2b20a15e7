package treasury

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

// The collection of vouchers, and what a voucher may be: a photo or a PDF.
const (
	vouchers    = "payment_vouchers"
	maxVoucher  = 10 << 20
	voucherName = "bukti" // the name that the sender's device gave may name a person
)

var voucherKinds = document.Kinds{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}

// VoucherKept is the answer to an upload.
type VoucherKept struct {
	Voucher string `json:"voucher"`
}

// KeepVoucher stores the picture or PDF of a bill or receipt. The act's input is its hash.
func KeepVoucher(ctx context.Context, app core.App, key string, by act.Actor, data []byte) (VoucherKept, bool, error) {
	extension := voucherKinds[http.DetectContentType(data)]
	var bad fault.Input
	bad.Check(extension != "", "file", "treasury.voucher_kind")
	bad.Check(len(data) <= maxVoucher, "file", "treasury.voucher_large", fault.Params{"max": maxVoucher >> 20})
	if err := bad.Err(); err != nil {
		return VoucherKept{}, false, err
	}
	sum := sha256.Sum256(data)
	a := act.Act{Kind: "treasury.keep_voucher", Key: key, Input: hex.EncodeToString(sum[:]), By: by}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (VoucherKept, error) {
		r, err := document.Keep(tx, vouchers, voucherName+extension, data, nil)
		if err != nil {
			return VoucherKept{}, err
		}
		return VoucherKept{r.Id}, nil
	})
}

func postVoucher(c *web.Call) error {
	upload, err := document.ReadUpload(c)
	if err != nil {
		return err
	}
	var bad fault.Input
	bad.Check(upload.Key != "", "id", "input.ulid")
	if err := bad.Err(); err != nil {
		return err
	}
	kept, again, err := KeepVoucher(c.Request.Context(), c.App, upload.Key, c.By, upload.Data)
	if err != nil {
		return err
	}
	return c.JSON(statusOf(again), kept)
}

func statusOf(again bool) int {
	if again {
		return http.StatusOK
	}
	return http.StatusCreated
}

// getVoucher shows a voucher to bookkeepers; nothing of it is kept on the way.
func getVoucher(c *web.Call) error {
	unknown := fault.NotFound("treasury.voucher_unknown")
	r, err := c.App.FindRecordById(vouchers, c.Path("id"))
	if err != nil {
		return unknown
	}
	if number := member.VoucherOf(act.Read(c.App), r.Id); number > 0 {
		c.Saw(number)
	} else {
		c.SawNobody()
	}
	return voucherKinds.ShowStored(c, r, unknown)
}

// checkVoucher refuses a voucher that was never uploaded.
func checkVoucher(r act.Reader, id string) error {
	if id == "" {
		return nil
	}
	var there bool
	err := r.Row("SELECT EXISTS(SELECT 1 FROM "+vouchers+" WHERE id = ?)", id).Scan(&there)
	if err == nil && !there {
		err = fault.Refused("treasury.voucher_unknown")
	}
	return err
}
