package brand

import (
	"bytes"
	"image/png"
	"io"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/fault"
)

const (
	maxLogo = 200 << 10 // bytes
	maxSide = 2_000     // pixels of a PNG
)

// checkLook refuses a colour that is none and a logo that could do more than be looked at.
func checkLook(r *core.Record) error {
	var in fault.Input
	if accent := r.GetString("brand"); accent != "" {
		_, ok := Parse(accent)
		in.Check(ok, "brand", "brand.colour", fault.Params{"colour": accent})
	}
	for _, f := range r.GetUnsavedFiles("logo") {
		code, err := checkLogo(f)
		if err != nil {
			return err
		}
		in.Check(code == "", "logo", code, fault.Params{"max": maxLogo >> 10, "side": maxSide})
	}
	return in.Err()
}

// checkLogo reads a file by what it holds, not by what it is called; the code says what is wrong with it.
func checkLogo(f *filesystem.File) (code string, err error) {
	if f.Size > maxLogo {
		return "brand.logo_large", nil
	}
	r, err := f.Reader.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxLogo+1))
	if err != nil {
		return "", err
	}
	return judge(raw), nil
}

// judge says what is wrong with a logo, or nothing.
func judge(raw []byte) (code string) {
	if len(raw) > maxLogo {
		return "brand.logo_large"
	}
	if bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")) {
		size, err := png.DecodeConfig(bytes.NewReader(raw))
		switch {
		case err != nil:
			return "brand.logo_kind"
		case size.Width > maxSide || size.Height > maxSide:
			return "brand.logo_large"
		}
		return ""
	}
	return judgeDrawing(raw)
}
