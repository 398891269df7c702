// To be imported before a library that may compute on a GPU of NVIDIA's. Those since Ampere shorten the factors of every
// product of float32 to TF32's ten bits unless told otherwise, which puts a network's gradients off by a thousandth.
// The CUDA libraries read this variable when they are loaded. What somebody has set is left as it is: the self-test
// finds what comes of it, and `chooseEngine` then says where it comes from.
process.env.NVIDIA_TF32_OVERRIDE ??= '0';
